/* skewness.c: the cepstral coefficients of a clip less their means, and the shape of their distributions. */
#include "coefficients.h"

#include "mathf.h"

ut_coefficients ut_coefficients_of(const ut_pooled *p, float *at) {
    ut_coefficients c = {.at = at, .frames = p->matrix.frames};
    for (size_t i = 0; i < UT_LEADING; i++) c.deviation[i] = ut_pooled_moment(p, UT_DEVIATION, UT_BANDS + i);
    for (size_t frame = 0; frame < c.frames; frame++)
        for (size_t i = 0; i < UT_LEADING; i++)
            *at++ = *ut_matrix_value(&p->matrix, UT_BANDS + i, frame) - ut_pooled_moment(p, UT_MEAN, UT_BANDS + i);
    return c;
}

void ut_skewness(const ut_coefficients *c, float out[2 * UT_LEADING]) {
    float scale[UT_LEADING], cubes[UT_LEADING] = {0}, squares[UT_LEADING] = {0};
    for (size_t i = 0; i < UT_LEADING; i++) scale[i] = 1.0f / (c->deviation[i] + 1e-3f);
    for (size_t frame = 0; frame < c->frames; frame++)
        for (size_t i = 0; i < UT_LEADING; i++) {
            float z = c->at[frame * UT_LEADING + i] * scale[i], square = z * z;
            cubes[i] += square * z;
            squares[i] += square * square;
        }
    for (size_t i = 0; i < UT_LEADING; i++) {
        out[i] = cubes[i] / (float)c->frames;
        out[UT_LEADING + i] = ut_ln(squares[i] / (float)c->frames + 1e-6f);
    }
}
