/* mel.h: 128 triangles on Slaney's mel scale. */
#ifndef UT_MEL_H
#define UT_MEL_H

#include <stdint.h>

#include "spectrum.h"

#define UT_MELS 128

/* The 129 gaps between neighbouring corners: in gap i, band i rises and band i-1 falls. */
typedef struct ut_mel_plan {
    uint16_t begin[UT_MELS + 2]; /* first bin of each gap, and the end of the last */
    float rise[UT_BINS];
    float fall[UT_BINS];
} ut_mel_plan;

/* Triangles from 0 to rate/2, each of area one (in Hz), as librosa.filters.mel. */
void ut_mel_prepare(ut_mel_plan *plan, double rate);

void ut_mel(const ut_mel_plan *plan, const ut_lanes power[UT_BINS], ut_lanes mel[UT_MELS]);

#endif
