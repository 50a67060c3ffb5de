/* covariance.c: which cepstral coefficients move together, and how long they stay where they are. */
#include "coefficients.h"

#include "mathf.h"

typedef float table[UT_LEADING][UT_LEADING];

static const float faint = 1e-3f;

/* Both halves of the table: rows of full length are vectors. */
static void add_products(table sums, const float x[UT_LEADING]) {
    for (size_t i = 0; i < UT_LEADING; i++)
        for (size_t j = 0; j < UT_LEADING; j++) sums[i][j] += x[i] * x[j];
}

void ut_covariance(const ut_coefficients *c, float out[UT_LEADING + UT_PAIRS]) {
    table sums = {{0}};
    for (size_t frame = 0; frame < c->frames; frame++) add_products(sums, c->at + frame * UT_LEADING);
    for (size_t i = 0; i < UT_LEADING; i++)
        for (size_t j = i; j < UT_LEADING; j++) {
            float covariance = sums[i][j] / (float)c->frames, root = ut_sqrt(ut_abs(covariance));
            *out++ = covariance < 0.0f ? -root : root;
        }
}

void ut_step_correlation(const ut_coefficients *c, float out[UT_PAIRS]) {
    table sums = {{0}};
    float step[UT_LEADING], deviation[UT_LEADING], steps = c->frames > 1 ? (float)(c->frames - 1) : 1.0f;
    for (size_t frame = 1; frame < c->frames; frame++) {
        const float *here = c->at + frame * UT_LEADING, *before = here - UT_LEADING;
        for (size_t i = 0; i < UT_LEADING; i++) step[i] = here[i] - before[i];
        add_products(sums, step);
    }
    for (size_t i = 0; i < UT_LEADING; i++) deviation[i] = ut_sqrt(sums[i][i] / steps) + faint;
    for (size_t i = 0; i < UT_LEADING; i++)
        for (size_t j = i + 1; j < UT_LEADING; j++) *out++ = sums[i][j] / steps / (deviation[i] * deviation[j]);
}

void ut_autocovariance(const ut_coefficients *c, float out[UT_LAGS * UT_LEADING]) {
    for (size_t i = 0; i < UT_LAGS; i++, out += UT_LEADING) {
        size_t lag = (size_t)1 << i;
        if (lag >= c->frames) lag = c->frames - 1;
        float sums[UT_LEADING] = {0};
        for (size_t frame = 0; frame + lag < c->frames; frame++) {
            const float *here = c->at + frame * UT_LEADING, *later = here + lag * UT_LEADING;
            for (size_t j = 0; j < UT_LEADING; j++) sums[j] += here[j] * later[j];
        }
        for (size_t j = 0; j < UT_LEADING; j++) {
            float deviation = c->deviation[j] + faint;
            out[j] = sums[j] / (float)(c->frames - lag) / (deviation * deviation);
        }
    }
}
