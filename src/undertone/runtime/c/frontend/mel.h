/* mel.h: triangles on a mel scale. */
#ifndef UT_MEL_H
#define UT_MEL_H

#include <stdint.h>

#include "spectrum.h"

/* Where the tables of a filter bank lie. Between neighbouring corners lie bands + 1 gaps: in gap i, band i rises and
 * band i-1 falls, so each bin has two weights. */
typedef struct ut_mel_plan {
    int bands, bins;
    uint16_t *begin; /* first bin of each gap, and the end of the last */
    float *rise, *fall;
} ut_mel_plan;

/* UT_MEL_SLANEY: linear below 1 kHz, triangles of area one (in Hz), as librosa's default. UT_MEL_HTK: 2595 log10(1 +
 * f/700), triangles of height one, as librosa with htk=True, norm=None. */
typedef enum ut_mel_kind { UT_MEL_SLANEY, UT_MEL_HTK } ut_mel_kind;

ut_mel_plan ut_mel_tables(ut_room *room, int bands, int frame);
void ut_mel_prepare(const ut_mel_plan *plan, ut_mel_kind kind, double rate, double low_hz, double high_hz);

void ut_mel(const ut_mel_plan *plan, const ut_lanes *power, ut_lanes *mel);

#endif
