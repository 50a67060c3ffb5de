/* spectrum.h: power spectra of UT_LANES neighbouring frames. */
#ifndef UT_SPECTRUM_H
#define UT_SPECTRUM_H

#include "blocks.h"
#include "fft.h"

#define UT_BINS (UT_FRAME / 2 + 1)
#define UT_BLOCK_ROW (UT_LANES + 3) /* blocks under UT_LANES frames */

typedef struct ut_spectrum_plan {
    ut_fft_plan fft;
    float window[UT_FRAME];        /* periodic Hann, halved: the split of the packed transform doubles */
    float split_cos[UT_FRAME / 4 + 1]; /* of 2 pi k / 2048, k = 0 .. 512 */
    float split_sin[UT_FRAME / 4 + 1];
} ut_spectrum_plan;

typedef struct ut_spectrum_scratch {
    ut_complex z[UT_FFT_SIZE];
    float columns[UT_HOP * UT_BLOCK_ROW]; /* sample j of block b at [j * UT_BLOCK_ROW + b] */
} ut_spectrum_scratch;

void ut_spectrum_prepare(ut_spectrum_plan *plan);

/* |X|^2 of frames first .. first + UT_LANES - 1 of a clip, bin by bin; frames past the end see silence. */
void ut_power_spectra(const ut_spectrum_plan *plan, const float *samples, size_t count, size_t first,
                      ut_spectrum_scratch *scratch, ut_lanes power[UT_BINS]);

#endif
