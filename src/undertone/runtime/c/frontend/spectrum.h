/* spectrum.h: power spectra of UT_LANES neighbouring frames. */
#ifndef UT_SPECTRUM_H
#define UT_SPECTRUM_H

#include "blocks.h"
#include "fft.h"

/* Frequency bins of a frame: 0 to half the rate. */
#define UT_BINS_OF(frame) ((frame) / 2 + 1)

/* Where the tables of one frame length lie. */
typedef struct ut_spectrum_plan {
    int frame; /* samples: 512 or 2048 */
    ut_fft_plan fft;
    float *window;    /* periodic Hann, halved: the split of the packed transform doubles */
    float *split_cos; /* of 2 pi k / frame, k = 0 .. frame/4 */
    float *split_sin;
} ut_spectrum_plan;

/* The samples under UT_LANES frames, laid out so that each quarter of them is loaded as vectors: sample j of quarter q
 * of all frames starts at at[j * row + q * step]. */
typedef struct ut_columns {
    float *at;
    size_t row, step;
} ut_columns;

ut_spectrum_plan ut_spectrum_tables(ut_room *room, int frame);
void ut_spectrum_prepare(const ut_spectrum_plan *plan);

/* |X|^2 of the frames in the columns, bin by bin; z has room for frame/2 points. */
void ut_power_spectra(const ut_spectrum_plan *plan, const ut_columns *columns, ut_complex *z, ut_lanes *power);

#define UT_BINS UT_BINS_OF(UT_FRAME)

/* Columns for frames of 2048 and hops of 512: neighbours share three quarters, so each sample is stored once. */
#define UT_HOP_ROW (UT_LANES + 3) /* blocks of one hop under UT_LANES frames */
ut_columns ut_hop_columns(ut_room *room);

/* Lay out frames first .. first + UT_LANES - 1 of a clip, centred; there is silence around it. */
void ut_lay_out_hops(const float *samples, size_t count, size_t first, const ut_columns *columns);

#endif
