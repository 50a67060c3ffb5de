/* zcr.h: zero-crossing rate. */
#ifndef UT_ZCR_H
#define UT_ZCR_H

#include <stddef.h>
#include <stdint.h>

/* Mean over frames of (sign changes in the frame) / 2048; frames centred, edge samples repeated. */
float ut_zcr_mean(const float *samples, size_t count);

#endif
