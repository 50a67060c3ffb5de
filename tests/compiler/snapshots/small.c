/* small: a network of the tests.
 * in  sound: float32 (1, 19, 3)
 * out answer: float32 (1, 5)
 * 4 steps, 1571 weights in 6592 bytes, arena 1344 bytes (no plan of these blocks can need less than 1344).
 * Made by undertone. C11, freestanding apart from math.h and string.h: no allocation, no I/O, no state.
 */
#include "small.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* (the kernels) */

/* Conv with low 0.0, pool 4
 *   x0 sound: float32 (1, 19, 3)
 *   x1 k1: float32 (5, 3, 40), constant
 *   x2 conv_bias: float32 (40), constant
 *   x3 conv_scale_1: float32 (40), constant
 *   x4 conv_shift_1: float32 (40), constant
 *   y0 pool: float32 (1, 4, 40)
 */
static void do_conv(const float *restrict x0, const float *restrict x1, const float *restrict x2,
        const float *restrict x3, const float *restrict x4, float *restrict y0) {
    const float *const x = x0;
    float *const y = y0;
    const float *const a = x - 6;
    static const ut_rows_shape s = {.rows = 16, .columns = 40, .step = 3, .outer = 1, .outer_step = 0, .inner = 1,
            .inner_step = 0, .depth = 15, .y_step = 40, .pool = 4, .low = 0.0f, .high = INFINITY};
    ut_rows(&s, a, x1, (ut_post){x2, x3, x4}, y);
}

/* Conv
 *   x0 pool: float32 (1, 4, 40)
 *   x1 narrow_kernel: float32 (3, 40, 6), constant
 *   x2 narrow_bias: float32 (6), constant
 *   y0 norm2: float32 (1, 4, 6)
 */
static void do_narrow(const float *restrict x0, const float *restrict x1, const float *restrict x2,
        float *restrict y0) {
    const float *const x = x0;
    float *const y = y0;
    const float *const a = x - 40;
    static const ut_rows_shape s = {.rows = 4, .columns = 6, .step = 40, .outer = 1, .outer_step = 0, .inner = 1,
            .inner_step = 0, .depth = 120, .y_step = 6, .pool = 1, .low = -INFINITY, .high = INFINITY};
    ut_rows(&s, a, x1, (ut_post){x2, NULL, NULL}, y);
}

/* MatMul
 *   x0 flatten: float32 (1, 24)
 *   x1 k3: float32 (24, 5), constant
 *   x2 dense_bias: float32 (5), constant
 *   y0 dense_biased: float32 (1, 5)
 */
static void do_dense(const float *restrict x0, const float *restrict x1, const float *restrict x2,
        float *restrict y0) {
    static const ut_rows_shape s = {.rows = 1, .columns = 5, .step = 24, .outer = 1, .inner = 1, .depth = 24,
            .y_step = 5, .pool = 1, .low = -INFINITY, .high = INFINITY};
    ut_rows(&s, x0, x1, (ut_post){x2, NULL, NULL}, y0);
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

void small_run(const float *sound, float *answer, void *arena) {
    unsigned char *const bytes = arena;
    float *const sound_in = (float *)(void *)(bytes + 1088); /* float32 (1, 19, 3) */
    float *const pool = (float *)(void *)(bytes + 192); /* float32 (1, 4, 40) */
    float *const norm2 = (float *)(void *)(bytes + 1024); /* float32 (1, 4, 6) */
    float *const dense_biased = (float *)(void *)(bytes + 0); /* float32 (1, 5) */
    memset(bytes + 1024, 0, 64);
    memset(bytes + 1316, 0, 24);
    memcpy(sound_in, sound, 228);
    memset(bytes + 0, 0, 192);
    memset(bytes + 832, 0, 160);
    do_conv(sound_in, small_weights.as_float + 0, small_weights.as_float + 608, small_weights.as_float + 656,
            small_weights.as_float + 704, pool);
    do_narrow(pool, small_weights.as_float + 752, small_weights.as_float + 1472, norm2);
    do_dense(norm2, small_weights.as_float + 1488, small_weights.as_float + 1616, dense_biased);
    do_answer(dense_biased, answer);
}
