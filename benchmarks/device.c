/* device.c: one part of the front end on a bare machine, counted; -DPART says which, 0 is the frame around them all.
 *
 * The samples are raw floats in a file of the host. Written: one JSON object. devices.py builds and runs it.
 */
#include "metal.h"
#include "undertone.h"

#define MOST_SAMPLES 60000
#define MEMORY_BYTES (2400u << 10)

#if PART != 0
static float samples[MOST_SAMPLES];
static _Alignas(64) uint8_t memory[MEMORY_BYTES];
static const char *comma = "{";

static void tell(const char *key, uint64_t number) {
    metal_print(comma);
    metal_print("\"");
    metal_print(key);
    metal_print("\":");
    metal_print_number(number);
    comma = ",";
}

/* Numbers that depend on all bits of the result, so that no work can be left out. */
static uint32_t mixed(const float *numbers, size_t count) {
    uint32_t sum = 0;
    const uint32_t *bits = (const uint32_t *)(const void *)numbers;
    for (size_t i = 0; i < count; i++) sum = sum * 31u + bits[i];
    return sum;
}
#endif

#if PART == 1
static uint64_t vector_once(const ut_settings *settings, uint8_t *scratch, size_t bytes, size_t count) {
    static float out[512];
    uint64_t begin = metal_instructions();
    if (ut_features(memory, samples, count, scratch, bytes, out) != UT_OK) metal_exit(2);
    uint64_t spent = metal_instructions() - begin;
    tell("bits", mixed(out, ut_feature_count(settings)));
    return spent;
}

static void part(size_t count) {
    const ut_settings settings = {FEATURE_SET, UT_WHOLE, 2.5f, 0.0f};
    size_t plan = ut_features_plan_bytes(&settings), least = ut_features_least_bytes(&settings, count);
    size_t most = ut_features_scratch_bytes(&settings, count);
    uint8_t *scratch = memory + (plan + 63) / 64 * 64;
    uint64_t begin = metal_instructions();
    if (ut_features_plan(&settings, memory, plan) != UT_OK) metal_exit(2);
    tell("plan_instructions", metal_instructions() - begin);
    tell("plan_bytes", plan);
    tell("scratch_bytes", least);
    tell("frames", 1 + count / 512);
    tell("instructions", vector_once(&settings, scratch, least, count));
    tell("stack_bytes", metal_stack_used());
    tell("fast_scratch_bytes", most);
    tell("fast_instructions", vector_once(&settings, scratch, most, count));
}
#endif

#if PART == 2
static void part(size_t count) {
    const ut_logmel_settings settings = {64, 256, 50.0f, 7600.0f};
    size_t plan = ut_logmel_plan_bytes(&settings), bytes = ut_logmel_stream_bytes(&settings), fed = 0, frames = 0;
    uint8_t *state = memory + (plan + 63) / 64 * 64;
    float row[64];
    uint32_t sum = 0;
    uint64_t begin = metal_instructions();
    if (ut_logmel_plan(&settings, memory, plan) != UT_OK) metal_exit(2);
    tell("plan_instructions", metal_instructions() - begin);
    begin = metal_instructions();
    if (ut_logmel_stream_start(memory, state, bytes) != UT_OK) metal_exit(2);
    while (fed < count) { /* as a microphone's buffer of 10 ms would come */
        size_t piece = count - fed < 160 ? count - fed : 160;
        fed += ut_logmel_stream_feed(memory, state, samples + fed, piece);
        if (fed == count) ut_logmel_stream_end(memory, state);
        while (ut_logmel_stream_take(memory, state, row, 1)) frames++, sum = sum * 31u + mixed(row, 64);
    }
    tell("instructions", metal_instructions() - begin);
    tell("plan_bytes", plan);
    tell("scratch_bytes", bytes);
    tell("frames", frames);
    tell("stack_bytes", metal_stack_used());
    tell("bits", sum);
}
#endif

#if PART == 3
static void part(size_t count) {
    size_t plan = ut_resample_plan_bytes(FROM, TO), bytes = ut_resample_stream_bytes(FROM, TO), fed = 0, taken = 0;
    size_t outputs = ut_resample_count(count, FROM, TO), at = (plan + 63) / 64 * 64;
    uint8_t *state = memory + at;
    float *out = (float *)(void *)(memory + (at + bytes + 63) / 64 * 64);
    uint64_t begin = metal_instructions();
    if (ut_resample_plan(FROM, TO, memory, plan) != UT_OK) metal_exit(2);
    tell("plan_instructions", metal_instructions() - begin);
    begin = metal_instructions();
    if (ut_resample_stream_start(memory, state, bytes) != UT_OK) metal_exit(2);
    while (taken < outputs) {
        size_t piece = count - fed < FROM / 100 ? count - fed : FROM / 100;
        fed += ut_resample_stream_feed(memory, state, samples + fed, piece);
        if (fed == count) ut_resample_stream_end(memory, state);
        taken += ut_resample_stream_take(memory, state, out + taken, outputs - taken);
    }
    tell("instructions", metal_instructions() - begin);
    tell("plan_bytes", plan);
    tell("scratch_bytes", bytes);
    tell("frames", outputs);
    tell("stack_bytes", metal_stack_used());
    tell("bits", mixed(out, outputs));
}
#endif

int main(void) {
#if PART != 0
    size_t bytes = metal_read_file(metal_argument(), samples, sizeof samples);
    if (bytes < sizeof(float)) return 1;
    part(bytes / sizeof(float));
    metal_print("}\n");
#endif
    return 0;
}
