/* rhythm.c: the slow end of a contour's spectrum.
 *
 * Frequency k makes k turns in 256 frames, so frames that lie 256 apart always meet the same phase: they are added up
 * first. Clips of any length have the same 32 frequencies.
 */
#include "rhythm.h"

#include "mathd.h"
#include "mathf.h"

enum { POINTS = UT_RHYTHM_POINTS, NEIGHBOURS = 4 };

ut_rhythm_plan ut_rhythm_tables(ut_room *room) {
    ut_rhythm_plan plan = {0};
    plan.cosines = ut_take(room, sizeof(float) * POINTS);
    return plan;
}

void ut_rhythm_prepare(const ut_rhythm_plan *plan) {
    for (int n = 0; n < POINTS; n++) plan->cosines[n] = (float)ut_cos_turns((double)n / (double)POINTS);
}

static float magnitude(const float *cosines, const float folded[POINTS], size_t k) {
    float re = 0.0f, im = 0.0f;
    for (size_t n = 0; n < POINTS; n++) {
        re += folded[n] * cosines[k * n % POINTS];
        im += folded[n] * cosines[(k * n + POINTS * 3 / 4) % POINTS]; /* sin x = cos(x - a quarter turn) */
    }
    return ut_sqrt(re * re + im * im);
}

void ut_rhythm(const ut_rhythm_plan *plan, const ut_matrix *m, size_t row, float mean, float out[UT_RHYTHMS]) {
    float folded[POINTS] = {0}, scale = 1.0f / (float)(NEIGHBOURS * m->frames);
    for (size_t frame = 0; frame < m->frames; frame++) folded[frame % POINTS] += *ut_matrix_value(m, row, frame) - mean;
    for (size_t i = 0; i < UT_RHYTHMS; i++) {
        float sum = 0.0f;
        for (size_t k = 1; k <= NEIGHBOURS; k++) sum += magnitude(plan->cosines, folded, i * NEIGHBOURS + k);
        out[i] = ut_ln(sum * scale + 1e-3f);
    }
}
