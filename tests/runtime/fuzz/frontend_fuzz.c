/* frontend_fuzz.c: the whole front end on damaged WAV files and on streams cut at random.
 *
 *     frontend_fuzz FILES SEED      makes, damages and runs so many files
 *
 * Every buffer is a separate allocation of exactly the size that the front end asked for, so that a sanitizer sees each
 * step outside of it. LLVMFuzzerTestOneInput is the form that libFuzzer and others expect.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "undertone.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint32_t state = 1;

static uint32_t dice(uint32_t sides) { /* xorshift */
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state % sides;
}

static void require(int truth, const char *what) {
    if (truth) return;
    fprintf(stderr, "frontend_fuzz: %s\n", what);
    abort();
}

static float *floats(size_t count) { return malloc(count ? count * sizeof(float) : 1); }

/* Between the least and the most that a set can use; the bits must not depend on it. */
static size_t some_scratch(const ut_settings *settings, size_t count) {
    size_t least = ut_features_least_bytes(settings, count), most = ut_features_scratch_bytes(settings, count);
    require(least <= most, "least");
    return dice(2) ? least + dice((uint32_t)(most - least + 1)) : dice(2) ? least : most;
}

/* One vector a segment; the stream, cut at random, must give the same bits. */
static void check_segments(const ut_settings *settings, const float *samples, size_t count) {
    size_t plan_bytes = ut_features_plan_bytes(settings), state_bytes = ut_stream_bytes(settings);
    if (dice(2)) state_bytes = ut_stream_least_bytes(settings);
    void *plan = malloc(plan_bytes), *stream = malloc(state_bytes);
    require(ut_features_plan(settings, plan, plan_bytes) == UT_OK, "plan");
    require(ut_stream_start(plan, stream, state_bytes) == UT_OK, "stream");
    size_t numbers = ut_feature_count(settings);
    float *whole = floats(numbers), *piece = floats(numbers);
    size_t fed = 0, segments = ut_segment_count(settings, count);
    for (size_t i = 0; i < segments; i++) {
        size_t begin, end;
        ut_segment(settings, count, i, &begin, &end);
        size_t bytes = some_scratch(settings, end - begin);
        void *scratch = malloc(bytes);
        require(ut_features(plan, samples + begin, end - begin, scratch, bytes, whole) == UT_OK, "features");
        free(scratch);
        uint64_t from, to;
        while (!ut_stream_take(plan, stream, piece, &from, &to)) {
            size_t more = fed < count ? 1 + dice((uint32_t)(count - fed)) : 0;
            fed += ut_stream_feed(plan, stream, samples + fed, more);
            if (fed == count) ut_stream_end(plan, stream);
        }
        require(from == begin && to == end && !memcmp(whole, piece, numbers * sizeof(float)), "stream of segments");
        for (size_t n = 0; n < numbers; n++) require(whole[n] - whole[n] == 0.0f, "a number that is none");
    }
    free(piece);
    free(whole);
    free(stream);
    free(plan);
}

static void check_logmel(const float *samples, size_t count) {
    ut_logmel_settings settings = {1 + dice(80), 1 + dice(512), 0.0f, 4000.0f + (float)dice(4001)};
    size_t plan_bytes = ut_logmel_plan_bytes(&settings), bytes = ut_logmel_scratch_bytes(&settings);
    size_t state_bytes = ut_logmel_stream_bytes(&settings), frames = ut_logmel_frame_count(&settings, count);
    void *plan = malloc(plan_bytes), *scratch = malloc(bytes), *stream = malloc(state_bytes);
    float *whole = floats(frames * settings.bands), *pieces = floats(frames * settings.bands);
    require(ut_logmel_plan(&settings, plan, plan_bytes) == UT_OK, "logmel plan");
    require(ut_logmel(plan, samples, count, scratch, bytes, whole) == UT_OK, "logmel");
    require(ut_logmel_stream_start(plan, stream, state_bytes) == UT_OK, "logmel stream");
    size_t fed = 0, taken = 0;
    while (taken < frames) {
        size_t more = fed < count ? 1 + dice((uint32_t)(count - fed)) : 0;
        fed += ut_logmel_stream_feed(plan, stream, samples + fed, more);
        if (fed == count) ut_logmel_stream_end(plan, stream);
        taken += ut_logmel_stream_take(plan, stream, pieces + taken * settings.bands, frames - taken);
    }
    require(!memcmp(whole, pieces, frames * settings.bands * sizeof(float)), "stream of frames");
    free(pieces);
    free(whole);
    free(stream);
    free(scratch);
    free(plan);
}

static void check_melpitch(const float *samples, size_t count) {
    ut_melpitch_settings settings = {{1 + dice(80), 1 + dice(512), 0.0f, 4000.0f + (float)dice(4001)}, 40.0f, 13.8f};
    size_t plan_bytes = ut_melpitch_plan_bytes(&settings), bytes = ut_melpitch_frames_scratch_bytes(&settings);
    size_t state_bytes = ut_melpitch_stream_bytes(&settings), frames = ut_melpitch_frame_count(&settings, count);
    size_t width = ut_melpitch_frame_width(&settings);
    void *plan = malloc(plan_bytes), *scratch = malloc(bytes), *stream = malloc(state_bytes);
    float *whole = floats(frames * width), *pieces = floats(frames * width);
    float *sequence = floats(frames * ut_melpitch_width(&settings));
    require(ut_melpitch_plan(&settings, plan, plan_bytes) == UT_OK, "melpitch plan");
    require(ut_melpitch_frames(plan, samples, count, scratch, bytes, whole) == UT_OK, "melpitch");
    require(ut_melpitch_stream_start(plan, stream, state_bytes) == UT_OK, "melpitch stream");
    size_t fed = 0, taken = 0;
    while (taken < frames) {
        size_t more = fed < count ? 1 + dice((uint32_t)(count - fed)) : 0;
        fed += ut_melpitch_stream_feed(plan, stream, samples + fed, more);
        if (fed == count) ut_melpitch_stream_end(plan, stream);
        taken += ut_melpitch_stream_take(plan, stream, pieces + taken * width, frames - taken);
    }
    require(!memcmp(whole, pieces, frames * width * sizeof(float)), "stream of melpitch frames");
    size_t rows = ut_melpitch_normalise(plan, whole, frames, sequence);
    require(rows >= 1 && rows <= frames, "rows of a sequence");
    free(sequence);
    free(pieces);
    free(whole);
    free(stream);
    free(scratch);
    free(plan);
}

/* The stream, cut at random, must give the bits of the whole. */
static void check_resampled(const void *plan, const float *samples, size_t count, const float *whole, size_t outputs,
                            size_t bytes) {
    void *stream = malloc(bytes);
    float *pieces = floats(outputs);
    size_t fed = 0, taken = 0;
    require(ut_resample_stream_start(plan, stream, bytes) == UT_OK, "resample stream");
    while (taken < outputs) {
        size_t more = fed < count ? 1 + dice((uint32_t)(count - fed)) : 0;
        fed += ut_resample_stream_feed(plan, stream, samples + fed, more);
        if (fed == count) ut_resample_stream_end(plan, stream);
        taken += ut_resample_stream_take(plan, stream, pieces + taken, 1 + dice((uint32_t)(outputs - taken)));
    }
    require(!memcmp(whole, pieces, outputs * sizeof(float)), "stream of samples");
    free(pieces);
    free(stream);
}

static float *resampled(const float *samples, size_t *count, uint32_t rate_in, uint32_t rate_out) {
    size_t bytes = ut_resample_plan_bytes(rate_in, rate_out), outputs = ut_resample_count(*count, rate_in, rate_out);
    void *plan = malloc(bytes);
    float *out = floats(outputs);
    require(ut_resample_plan(rate_in, rate_out, plan, bytes) == UT_OK, "resample plan");
    ut_resample(plan, samples, *count, out);
    check_resampled(plan, samples, *count, out, outputs, ut_resample_stream_bytes(rate_in, rate_out));
    free(plan);
    *count = outputs;
    return out;
}

/* NaN, infinity, the largest float: the numbers mean nothing, but no step may leave its memory. */
static void run_on_anything(const float *samples, size_t count) {
    ut_settings settings = {1 + dice(UT_FEATURE_SETS), UT_GRID, 0.1f, (float)dice(60)};
    size_t plan_bytes = ut_features_plan_bytes(&settings), bytes = some_scratch(&settings, count);
    void *plan = malloc(plan_bytes), *scratch = malloc(bytes);
    float *out = floats(ut_feature_count(&settings));
    require(ut_features_plan(&settings, plan, plan_bytes) == UT_OK, "plan");
    require(ut_features(plan, samples, count, scratch, bytes, out) == UT_OK, "features");
    free(out);
    free(scratch);
    free(plan);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    ut_wav wav;
    if (ut_wav_open(data, size, &wav) != UT_OK) return 0;
    if (wav.rate > 100000 || wav.rate < 4000) return 0; /* long tables only cost time */
    size_t count = wav.frames;
    float *interleaved = floats(count * wav.channels), *mono = floats(count);
    ut_wav_read(&wav, 0, count, interleaved);
    ut_mix(interleaved, count, wav.channels, mono);
    ut_inspect(mono, count, wav.rate, wav.channels);
    if (ut_finite(mono, count)) {
        ut_settings settings = {1 + dice(UT_FEATURE_SETS), UT_GRID, 0.1f + 0.01f * (float)dice(10), (float)dice(60)};
        float *at_rate = resampled(mono, &count, wav.rate, ut_rate(&settings));
        check_segments(&settings, at_rate, count);
        check_logmel(at_rate, count);
        check_melpitch(at_rate, count);
        free(at_rate);
    } else {
        run_on_anything(mono, count);
    }
    free(mono);
    free(interleaved);
    return 0;
}

static void put(uint8_t *at, uint32_t value, int bytes) {
    for (int i = 0; i < bytes; i++) at[i] = (uint8_t)(value >> (8 * i));
}

/* A good file of noise in a random format. */
static size_t make_wav(uint8_t *file, size_t room) {
    static const uint32_t rates[] = {8000, 16000, 22050, 24414, 44100, 48000}, widths[] = {1, 2, 3, 4, 4, 8};
    uint32_t kind = dice(6), channels = 1 + dice(3), bytes = widths[kind], data = dice((uint32_t)room - 44);
    memcpy(file, "RIFF....WAVEfmt ", 16);
    put(file + 4, data + 36, 4);
    put(file + 16, 16, 4);
    put(file + 20, kind < 4 ? 1 : 3, 2);
    put(file + 22, channels, 2);
    put(file + 24, rates[dice(6)], 4);
    put(file + 28, 0, 4);
    put(file + 32, channels * bytes, 2);
    put(file + 34, 8 * bytes, 2);
    memcpy(file + 36, "data", 4);
    put(file + 40, data, 4);
    for (uint32_t i = 0; i < data; i++) file[44 + i] = (uint8_t)dice(256);
    if (kind >= 4 && dice(20)) /* floats below 4 in size: random bits would nearly always hold a NaN */
        for (uint32_t i = bytes - 1; i < data; i += bytes) file[44 + i] = (uint8_t)(dice(2) << 7 | dice(64));
    return 44 + data;
}

int main(int count, char **arguments) {
    long files = count > 1 ? atol(arguments[1]) : 1000;
    state = count > 2 ? (uint32_t)atoi(arguments[2]) | 1u : 1u;
    static uint8_t file[1 << 14];
    for (; files > 0; files--) {
        size_t size = make_wav(file, dice(20) ? 1 << 12 : sizeof file);
        for (uint32_t damage = dice(4); damage; damage--) file[dice(dice(3) ? 44 : (uint32_t)size)] = (uint8_t)dice(256);
        if (!dice(4)) size = dice((uint32_t)size + 1);
        uint8_t *exact = malloc(size ? size : 1); /* so that a read past the end is seen */
        memcpy(exact, file, size);
        LLVMFuzzerTestOneInput(exact, size);
        free(exact);
    }
    return 0;
}
