/* rms.h: root mean square. */
#ifndef UT_RMS_H
#define UT_RMS_H

#include <stddef.h>

/* Mean over frames of sqrt(mean of squares); frames centred, silence outside the clip. */
float ut_rms_mean(const float *samples, size_t count);

#endif
