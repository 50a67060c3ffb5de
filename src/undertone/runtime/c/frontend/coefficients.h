/* coefficients.h: how the first sixteen cepstral coefficients of a clip vary over time and together. */
#ifndef UT_COEFFICIENTS_H
#define UT_COEFFICIENTS_H

#include "pooled.h"

#define UT_LEADING 16 /* coefficients */
#define UT_PAIRS (UT_LEADING * (UT_LEADING - 1) / 2)
#define UT_LAGS 6
#define UT_MODULATIONS 7
#define UT_MODULATION_POINTS 512 /* of the transform over frames: steps of 62.5 / 512 = 0.12 Hz */

/* The coefficients of a frame lie side by side: at[frame * UT_LEADING + i], less the mean over all frames. */
typedef struct ut_coefficients {
    float *at;
    size_t frames;
    float deviation[UT_LEADING];
} ut_coefficients;

static inline size_t ut_coefficients_bytes(size_t frames) { return sizeof(float) * UT_LEADING * frames; }

/* Copy them from a matrix in the order of time into `at`. */
ut_coefficients ut_coefficients_of(const ut_pooled *p, float *at);

/* Every sum below is taken in the order of time; a deviation that is divided by grows by 1e-3 first, so that one of 0
 * gives 0. */

/* Covariances (over frames), their size as its root: of each i with i, i + 1 ... 15. */
void ut_covariance(const ut_coefficients *c, float out[UT_LEADING + UT_PAIRS]);

/* Correlations of the steps from frame to frame, about 0: of each i with i + 1 ... 15. */
void ut_step_correlation(const ut_coefficients *c, float out[UT_PAIRS]);

/* Mean product with oneself 1, 2, 4, 8, 16, 32 frames later (as far as there are so many) over the variance, lag by lag. */
void ut_autocovariance(const ut_coefficients *c, float out[UT_LAGS * UT_LEADING]);

/* Skewness of each; then ln(kurtosis + 1e-6) of each. */
void ut_skewness(const ut_coefficients *c, float out[2 * UT_LEADING]);

/* ln(mean |C(k)|^2 / frames + 1e-6) over the bins 1-4, 5-8, 9-16, 17-32, 33-64, 65-128, 129-256 of the spectrum C of the
 * first 512 frames; bin by bin. `plan` is of 512 points, of `group` the columns, z and power are used, `window` has room for
 * 512. */
void ut_modulation(const ut_coefficients *c, const ut_spectrum_plan *plan, const ut_voice_group *group, float *window,
                   float out[UT_MODULATIONS * UT_LEADING]);

#endif
