/* matrix.h: quantities over the frames of a clip, UT_LANES of them side by side, and their statistics. */
#ifndef UT_MATRIX_H
#define UT_MATRIX_H

#include "lanes.h"
#include "room.h"

/* Row r (one quantity over all frames) is lane r % UT_LANES of group r / UT_LANES; group g is at[g * frames + frame]. */
typedef struct ut_matrix {
    ut_lanes *at;
    size_t rows, frames;
} ut_matrix;

ut_matrix ut_matrix_in(ut_room *room, size_t rows, size_t frames);

static inline float *ut_matrix_value(const ut_matrix *m, size_t row, size_t frame) {
    return (float *)(m->at + row / UT_LANES * m->frames + frame) + row % UT_LANES;
}

/* Over the frames of one row: mean and deviation (divided by n, not n - 1) of its values, of the size of the steps from
 * frame to frame, and the deviation of the steps with their sign; steps of a single frame are 0. */
enum { UT_MEAN = 0, UT_DEVIATION, UT_STEP, UT_STEP_DEVIATION, UT_SIGNED_STEP_DEVIATION, UT_MOMENTS };

/* The moments of every row, into out[moment * rows + row]. */
void ut_matrix_moments(const ut_matrix *m, float *out);

/* Sort every row, the smallest first. */
void ut_matrix_sort(const ut_matrix *m);

/* The value below which a share (0 .. 1) of the first `count` >= 1 of a sorted row lies, straight lines between
 * neighbours: numpy.percentile's default. */
float ut_matrix_quantile(const ut_matrix *m, size_t row, size_t count, float share);

#endif
