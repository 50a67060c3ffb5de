/* exercise.c: the front end on a WAV file, from its bytes to numbers; raw bytes out.
 *
 * Written, for each feature set: the samples at its rate, the prepared tables, the numbers; then tables and frames of
 * logmel.v1. Input and output are in hosted.c or bare.c.
 */
#include "exercise.h"

#include "undertone.h"

static _Alignas(64) uint8_t pool[7u << 19];
static size_t pooled;

static void *take(size_t bytes) {
    void *piece = pool + pooled;
    pooled += (bytes + 63) / 64 * 64;
    if (pooled > sizeof pool) fail("the pool is too small");
    return piece;
}

static void require(ut_status status) {
    if (status != UT_OK) fail(ut_status_text(status));
}

static float *decoded(size_t *count, uint32_t *rate) {
    uint8_t *bytes = take(1u << 20);
    ut_wav wav;
    require(ut_wav_open(bytes, read_input(bytes, 1u << 20), &wav));
    float *samples = take(wav.frames * wav.channels * sizeof(float));
    ut_wav_read(&wav, 0, wav.frames, samples);
    ut_mix(samples, wav.frames, wav.channels, samples);
    *count = wav.frames;
    *rate = wav.rate;
    return samples;
}

static float *resampled(const float *samples, size_t *count, uint32_t from, uint32_t to) {
    size_t bytes = ut_resample_plan_bytes(from, to), outputs = ut_resample_count(*count, from, to);
    void *plan = take(bytes);
    float *out = take(outputs * sizeof(float));
    require(ut_resample_plan(from, to, plan, bytes));
    ut_resample(plan, samples, *count, out);
    *count = outputs;
    return out;
}

/* One feature set of ut_settings, in the least memory. */
static void feature_set(uint32_t set, const float *samples, size_t count, uint32_t rate) {
    ut_settings settings = {set, UT_WHOLE, 2.5f, 40.0f};
    const float *at_rate = resampled(samples, &count, rate, ut_rate(&settings));
    size_t plan_bytes = ut_features_plan_bytes(&settings), bytes = ut_features_least_bytes(&settings, count);
    size_t width = ut_feature_count(&settings) * sizeof(float);
    void *plan = take(plan_bytes), *scratch = take(bytes);
    float *out = take(width);
    require(ut_features_plan(&settings, plan, plan_bytes));
    require(ut_features(plan, at_rate, count, scratch, bytes, out));
    write_output(at_rate, count * sizeof(float));
    write_output(plan, plan_bytes - 63); /* the last 63 only make room for aligning */
    write_output(out, width);
}

static void logmel(const float *samples, size_t count, uint32_t rate) {
    ut_logmel_settings settings = {64, 256, 50.0f, 7600.0f};
    const float *at_rate = resampled(samples, &count, rate, UT_LOGMEL_RATE);
    size_t plan_bytes = ut_logmel_plan_bytes(&settings), bytes = ut_logmel_scratch_bytes(&settings);
    size_t numbers = 64 * ut_logmel_frame_count(&settings, count);
    void *plan = take(plan_bytes), *scratch = take(bytes);
    float *out = take(numbers * sizeof(float));
    require(ut_logmel_plan(&settings, plan, plan_bytes));
    require(ut_logmel(plan, at_rate, count, scratch, bytes, out));
    write_output(plan, plan_bytes - 63);
    write_output(out, numbers * sizeof(float));
}

int main(void) {
    size_t count;
    uint32_t rate;
    const float *samples = decoded(&count, &rate);
    for (uint32_t set = UT_ARTICLE_V1; set <= UT_FEATURE_SETS; set++) feature_set(set, samples, count, rate);
    logmel(samples, count, rate);
    return 0;
}
