/* small_in_bytes: a network of the tests.
 * in  sound: float32 (1, 19, 3)
 * out answer: float32 (1, 5)
 * 6 steps, 1590 weights in 3520 bytes, arena 448 bytes (no plan of these blocks can need less than 448).
 * Made by undertone. C11, freestanding apart from math.h and string.h: no allocation, no I/O, no state.
 */
#include "small_in_bytes.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* (the kernels) */

/* QuantizeLinear
 *   x0 sound: float32 (1, 19, 3)
 *   x1 sound_step: float32 (), constant
 *   x2 sound_zero: uint8 (), constant
 *   y0 sound_bytes: uint8 (1, 19, 3)
 */
static void do_sound_quantise(const float *restrict x0, const float *restrict x1, const uint8_t *restrict x2,
        uint8_t *restrict y0) {
    for (size_t i = 0; i < 57; i++) {
        const float q = rintf((float)x0[i] / (float)x1[0]) + (float)x2[0];
        y0[i] = (uint8_t)(q < 0 ? 0 : q > 255 ? 255 : q);
    }
}

/* FixedConv with pool 4
 *   x0 sound_bytes: uint8 (1, 19, 3)
 *   x1 conv_kernel: int8 (5, 3, 40), constant
 *   x2 conv_bias_1: int32 (40), constant
 *   x3 conv_multiplier: int32 (40), constant
 *   x4 conv_offset: int64 (40), constant
 *   y0 pool_bytes: uint8 (1, 4, 40)
 */
static void do_conv(const uint8_t *restrict x0, const int8_t *restrict x1, const int32_t *restrict x2,
        const int32_t *restrict x3, const int64_t *restrict x4, uint8_t *restrict y0) {
    for (size_t n = 0; n < 1; n++) {
        const uint8_t *const x = x0 + n * 57;
        uint8_t *const y = y0 + n * 160;
        const uint8_t *const a = x - 6;
        static const ut_fixed_shape s = {.rows = 16, .columns = 40, .step = 3, .outer = 1, .outer_step = 0,
                .inner = 1, .inner_step = 0, .depth = 15, .y_step = 40, .pool = 4, .rising = 0, .shift = 37,
                .relu = 1, .floor = 0, .ceiling = 255};
        {
            ut_fixed_rows(&s, a + 0, x1 + 0, (ut_rescale){x2 + 0, x3 + 0, x4 + 0}, y + 0);
        }
    }
}

/* FixedConv
 *   x0 pool_bytes: uint8 (1, 4, 40)
 *   x1 narrow_kernel_1: int8 (3, 40, 6), constant
 *   x2 narrow_bias_1: int32 (6), constant
 *   x3 narrow_multiplier: int32 (6), constant
 *   x4 narrow_offset: int64 (6), constant
 *   y0 norm2_bytes: uint8 (1, 4, 6)
 */
static void do_narrow(const uint8_t *restrict x0, const int8_t *restrict x1, const int32_t *restrict x2,
        const int32_t *restrict x3, const int64_t *restrict x4, uint8_t *restrict y0) {
    for (size_t n = 0; n < 1; n++) {
        const uint8_t *const x = x0 + n * 160;
        uint8_t *const y = y0 + n * 24;
        const uint8_t *const a = x - 40;
        static const ut_fixed_shape s = {.rows = 4, .columns = 6, .step = 40, .outer = 1, .outer_step = 0,
                .inner = 1, .inner_step = 0, .depth = 120, .y_step = 6, .pool = 1, .rising = 1, .shift = 37,
                .relu = 0, .floor = 0, .ceiling = 255};
        {
            ut_fixed_rows(&s, a + 0, x1 + 0, (ut_rescale){x2 + 0, x3 + 0, x4 + 0}, y + 0);
        }
    }
}

/* FixedMatMul
 *   x0 flatten_bytes: uint8 (1, 24)
 *   x1 dense_kernel: int8 (24, 5), constant
 *   x2 dense_bias_1: int32 (5), constant
 *   y0 dense_biased_sums: int32 (1, 5)
 */
static void do_dense(const uint8_t *restrict x0, const int8_t *restrict x1, const int32_t *restrict x2,
        int32_t *restrict y0) {
    static const ut_fixed_shape s = {.rows = 1, .columns = 5, .step = 24, .outer = 1, .inner = 1, .depth = 24,
            .y_step = 5, .pool = 1, .rising = 1, .shift = 0, .relu = 0, .floor = 0, .ceiling = 255};
    ut_fixed_rows(&s, x0, x1, (ut_rescale){x2 + 0, NULL, NULL}, y0);
}

/* DequantizeLinear
 *   x0 dense_biased_sums: int32 (1, 5)
 *   x1 dense_step: float32 (5), constant
 *   y0 dense_biased: float32 (1, 5)
 */
static void do_dense_dequantise(const int32_t *restrict x0, const float *restrict x1, float *restrict y0) {
    for (size_t i = 0; i < 5; i++) y0[i] = (float)((int64_t)x0[i]) * x1[i / 1 % 5];
}

/* Softmax
 *   x0 dense_biased: float32 (1, 5)
 *   y0 answer: float32 (1, 5)
 */
static void do_answer(const float *restrict x0, float *restrict y0) {
    {
        const float *const x = x0;
        float *const y = y0;
        float largest = x[0], sum = 0;
        for (size_t s = 1; s < 5; s++) largest = x[s] > largest ? x[s] : largest;
        for (size_t s = 0; s < 5; s++) sum += y[s] = ut_expf(x[s] - largest);
        for (size_t s = 0; s < 5; s++) y[s] /= sum;
    }
}

void small_in_bytes_run(const float *sound, float *answer, void *arena) {
    unsigned char *const bytes = arena;
    uint8_t *const sound_bytes = (uint8_t *)(void *)(bytes + 384); /* uint8 (1, 19, 3) */
    uint8_t *const pool_bytes = (uint8_t *)(void *)(bytes + 64); /* uint8 (1, 4, 40) */
    uint8_t *const norm2_bytes = (uint8_t *)(void *)(bytes + 320); /* uint8 (1, 4, 6) */
    int32_t *const dense_biased_sums = (int32_t *)(void *)(bytes + 0); /* int32 (1, 5) */
    float *const dense_biased = (float *)(void *)(bytes + 64); /* float32 (1, 5) */
    memset(bytes + 320, 128, 64);
    memset(bytes + 441, 128, 6);
    do_sound_quantise(sound, small_in_bytes_weights.as_float + 0, small_in_bytes_weights.bytes + 64, sound_bytes);
    memset(bytes + 0, 75, 64);
    memset(bytes + 224, 75, 40);
    do_conv(sound_bytes, small_in_bytes_weights.as_int8_t + 128, small_in_bytes_weights.as_int32_t + 256,
            small_in_bytes_weights.as_int32_t + 304, small_in_bytes_weights.as_int64_t + 176, pool_bytes);
    do_narrow(pool_bytes, small_in_bytes_weights.as_int8_t + 1728, small_in_bytes_weights.as_int32_t + 704,
            small_in_bytes_weights.as_int32_t + 720, small_in_bytes_weights.as_int64_t + 368, norm2_bytes);
    do_dense(norm2_bytes, small_in_bytes_weights.as_int8_t + 3008, small_in_bytes_weights.as_int32_t + 832,
            dense_biased_sums);
    do_dense_dequantise(dense_biased_sums, small_in_bytes_weights.as_float + 848, dense_biased);
    do_answer(dense_biased, answer);
}
