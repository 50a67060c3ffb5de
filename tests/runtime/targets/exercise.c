/* exercise.c: the front end on sound that any machine can make for itself; raw floats to standard output.
 *
 * Samples are a linear congruential generator's, at 48 kHz: resampled to 22,050 Hz for article.v1, to 16 kHz for
 * logmel.v1. Written: the 162 numbers, then all frames.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "undertone.h"

enum { COUNT = 24000 };

static float *resampled(const float *samples, uint32_t rate, size_t *count) {
    size_t bytes = ut_resample_plan_bytes(48000, rate);
    void *plan = malloc(bytes);
    *count = ut_resample_count(COUNT, 48000, rate);
    float *out = malloc(*count * sizeof(float));
    ut_resample_plan(48000, rate, plan, bytes);
    ut_resample(plan, samples, COUNT, out);
    free(plan);
    return out;
}

static int article(const float *samples) {
    ut_settings settings = {UT_ARTICLE_V1, UT_WHOLE, 2.5f, 40.0f};
    size_t count, plan_bytes = ut_features_plan_bytes(&settings);
    float *at_rate = resampled(samples, ut_rate(&settings), &count), out[162];
    size_t bytes = ut_features_scratch_bytes(&settings, count);
    void *plan = malloc(plan_bytes), *scratch = malloc(bytes);
    ut_features_plan(&settings, plan, plan_bytes);
    if (ut_features(plan, at_rate, count, scratch, bytes, out) != UT_OK) return 1;
    return fwrite(out, sizeof(float), 162, stdout) != 162;
}

static int logmel(const float *samples) {
    ut_logmel_settings settings = {64, 256, 50.0f, 7600.0f};
    size_t count, plan_bytes = ut_logmel_plan_bytes(&settings), bytes = ut_logmel_scratch_bytes(&settings);
    float *at_rate = resampled(samples, UT_LOGMEL_RATE, &count);
    size_t numbers = 64 * ut_logmel_frame_count(&settings, count);
    void *plan = malloc(plan_bytes), *scratch = malloc(bytes);
    float *out = malloc(numbers * sizeof(float));
    ut_logmel_plan(&settings, plan, plan_bytes);
    if (ut_logmel(plan, at_rate, count, scratch, bytes, out) != UT_OK) return 1;
    return fwrite(out, sizeof(float), numbers, stdout) != numbers;
}

int main(void) {
    static float samples[COUNT];
    uint32_t seed = 1;
    for (int i = 0; i < COUNT; i++) {
        seed = seed * 1664525u + 1013904223u;
        samples[i] = (float)(int32_t)seed * (1.0f / 8589934592.0f); /* -0.25 .. 0.25 */
    }
    return article(samples) || logmel(samples);
}
