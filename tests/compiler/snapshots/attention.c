/* attention: a network of the tests.
 * in  sequence: float32 (1, 5, 8)
 * out mean: float32 (1, 8)
 * 10 steps, 200 weights in 896 bytes, arena 768 bytes (no plan of these blocks can need less than 768).
 * Made by undertone. C11, freestanding apart from math.h and string.h: no allocation, no I/O, no state.
 */
#include "attention.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* (the kernels) */

/* MatMul
 *   x0 sequence: float32 (1, 5, 8)
 *   x1 wq: float32 (8, 8), constant
 *   y0 q: float32 (1, 5, 8)
 */
static void do_q(const float *restrict x0, const float *restrict x1, float *restrict y0) {
    static const ut_rows_shape s = {.rows = 5, .columns = 8, .step = 8, .outer = 1, .inner = 1, .depth = 8,
            .y_step = 8, .pool = 1, .low = -INFINITY, .high = INFINITY};
    ut_rows(&s, x0, x1, (ut_post){NULL, NULL, NULL}, y0);
}

/* MatMul
 *   x0 sequence: float32 (1, 5, 8)
 *   x1 wk: float32 (8, 8), constant
 *   y0 k: float32 (1, 5, 8)
 */
static void do_k(const float *restrict x0, const float *restrict x1, float *restrict y0) {
    static const ut_rows_shape s = {.rows = 5, .columns = 8, .step = 8, .outer = 1, .inner = 1, .depth = 8,
            .y_step = 8, .pool = 1, .low = -INFINITY, .high = INFINITY};
    ut_rows(&s, x0, x1, (ut_post){NULL, NULL, NULL}, y0);
}

/* MatMul
 *   x0 sequence: float32 (1, 5, 8)
 *   x1 wv: float32 (8, 8), constant
 *   y0 v: float32 (1, 5, 8)
 */
static void do_v(const float *restrict x0, const float *restrict x1, float *restrict y0) {
    static const ut_rows_shape s = {.rows = 5, .columns = 8, .step = 8, .outer = 1, .inner = 1, .depth = 8,
            .y_step = 8, .pool = 1, .low = -INFINITY, .high = INFINITY};
    ut_rows(&s, x0, x1, (ut_post){NULL, NULL, NULL}, y0);
}

/* Transpose
 *   x0 k: float32 (1, 5, 8)
 *   y0 turned: float32 (1, 8, 5)
 */
static void do_turned(const float *restrict x0, float *restrict y0) {
    for (size_t i = 0; i < 8; i++)
        for (size_t j = 0; j < 5; j++)
            y0[5 * i + j] = x0[i + 8 * j];
}

/* MatMul
 *   x0 q: float32 (1, 5, 8)
 *   x1 turned: float32 (1, 8, 5)
 *   y0 similar: float32 (1, 5, 5)
 */
static void do_similar(const float *restrict x0, const float *restrict x1, float *restrict y0) {
    {
        float *const y = y0 + 0;
        const float *const a = x0 + 0, *const b = x1 + 0;
        for (size_t r = 0; r < 5; r++) {
            for (size_t c = 0; c < 5; c++) y[r * 5 + c] = 0;
            for (size_t d = 0; d < 8; d++)
                for (size_t c = 0; c < 5; c++)
                    y[r * 5 + c] += a[r * 8 + d] * b[d * 5 + c];
        }
    }
}

/* Softmax
 *   x0 similar: float32 (1, 5, 5)
 *   y0 weights: float32 (1, 5, 5)
 */
static void do_weights(const float *restrict x0, float *restrict y0) {
    for (size_t o = 0; o < 5; o++)
    {
        const float *const x = x0 + o * 5;
        float *const y = y0 + o * 5;
        float largest = x[0], sum = 0;
        for (size_t s = 1; s < 5; s++) largest = x[s] > largest ? x[s] : largest;
        for (size_t s = 0; s < 5; s++) sum += y[s] = ut_expf(x[s] - largest);
        for (size_t s = 0; s < 5; s++) y[s] /= sum;
    }
}

/* MatMul
 *   x0 weights: float32 (1, 5, 5)
 *   x1 v: float32 (1, 5, 8)
 *   y0 mixed: float32 (1, 5, 8)
 */
static void do_mixed(const float *restrict x0, const float *restrict x1, float *restrict y0) {
    {
        float *const y = y0 + 0;
        const float *const a = x0 + 0, *const b = x1 + 0;
        for (size_t r = 0; r < 5; r++) {
            for (size_t c = 0; c < 8; c++) y[r * 8 + c] = 0;
            for (size_t d = 0; d < 5; d++)
                for (size_t c = 0; c < 8; c++)
                    y[r * 8 + c] += a[r * 5 + d] * b[d * 8 + c];
        }
    }
}

/* Add, y0 over x0
 *   x0 mixed: float32 (1, 5, 8)
 *   x1 sequence: float32 (1, 5, 8)
 *   y0 sum: float32 (1, 5, 8)
 */
static void do_sum(const float *restrict x1, float *restrict y0) {
    const float *const x0 = y0;
    for (size_t i = 0; i < 40; i++)
        { const float a = x0[i]; const float b = x1[i]; y0[i] = (float)(a + b); }
}

/* Mul, y0 over x0
 *   x0 sum: float32 (1, 5, 8)
 *   x1 gain: float32 (8), constant
 *   y0 gained: float32 (1, 5, 8)
 */
static void do_gained(const float *restrict x1, float *restrict y0) {
    const float *const x0 = y0;
    for (size_t i = 0; i < 5; i++)
        for (size_t j = 0; j < 8; j++)
            { const float a = x0[8 * i + j]; const float b = x1[j]; y0[8 * i + j] = (float)(a * b); }
}

/* ReduceMean
 *   x0 gained: float32 (1, 5, 8)
 *   y0 mean: float32 (1, 8)
 */
static void do_mean(const float *restrict x0, float *restrict y0) {
    for (size_t i = 0; i < 8; i++) y0[i] = 0;
    for (size_t i = 0; i < 5; i++)
        for (size_t j = 0; j < 8; j++)
            { const float v = x0[8 * i + j]; float y = y0[j]; y += v; y0[j] = y; }
    for (size_t i = 0; i < 8; i++) { float y = y0[i]; y /= 5; y0[i] = y; }
}

void attention_run(const float *sequence, float *mean, void *arena) {
    unsigned char *const bytes = arena;
    float *const q = (float *)(void *)(bytes + 0); /* float32 (1, 5, 8) */
    float *const k = (float *)(void *)(bytes + 192); /* float32 (1, 5, 8) */
    float *const v = (float *)(void *)(bytes + 384); /* float32 (1, 5, 8) */
    float *const turned = (float *)(void *)(bytes + 576); /* float32 (1, 8, 5) */
    float *const similar = (float *)(void *)(bytes + 192); /* float32 (1, 5, 5) */
    float *const weights = (float *)(void *)(bytes + 576); /* float32 (1, 5, 5) */
    float *const mixed = (float *)(void *)(bytes + 0); /* float32 (1, 5, 8) */
    do_q(sequence, attention_weights.as_float + 0, q);
    do_k(sequence, attention_weights.as_float + 64, k);
    do_v(sequence, attention_weights.as_float + 128, v);
    do_turned(k, turned);
    do_similar(q, turned, similar);
    do_weights(similar, weights);
    do_mixed(weights, v, mixed);
    do_sum(sequence, mixed);
    do_gained(attention_weights.as_float + 192, mixed);
    do_mean(mixed, mean);
}
