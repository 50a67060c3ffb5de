/* recurrent: a network of the tests.
 * in  frames: float32 (6, 1, 4)
 * out mean: float32 (2, 1, 3)
 * 2 steps, 126 weights in 640 bytes, arena 576 bytes (no plan of these blocks can need less than 576).
 * Made by undertone. C11, freestanding apart from math.h and string.h: no allocation, no I/O, no state.
 */
#include "recurrent.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* (the kernels) */

/* GRU
 *   x0 frames: float32 (6, 1, 4)
 *   x1 w: float32 (2, 9, 4), constant
 *   x2 r: float32 (2, 9, 3), constant
 *   y0 gru: float32 (6, 2, 1, 3)
 *   y1 gru_1: float32 (2, 1, 3)
 */
static void do_gru(const float *restrict x0, const float *restrict x1, const float *restrict x2, float *restrict y0,
        float *restrict y1, void *restrict scratch) {
    float *const parts = (float *)scratch, *const v = parts + 54;
    float *const h = v + 9, *const c = h + 3;
    float *const q = c + 3;
    for (size_t b = 0; b < 1; b++) {
        for (size_t i = 0; i < 3; i++) h[i] = 0, c[i] = 0;
        for (size_t from = 0, count; from < 6; from += count) {
            count = 6;
            const size_t first = from;
            const ut_rows_shape in = {.rows = count, .columns = 9, .step = 4, .outer = 1, .inner = 1, .depth = 4,
                    .y_step = 9, .pool = 1, .low = -INFINITY, .high = INFINITY};
            ut_rows(&in, x0 + (first * 1 + b) * 4, x1 + 0, (ut_post){NULL, NULL, NULL}, parts);
            for (size_t s = 0; s < count; s++) {
                const size_t t = first + s;
                const float *const u = parts + (t - first) * 9;
                static const ut_rows_shape state = {.rows = 1, .columns = 6, .step = 3, .outer = 1, .inner = 1,
                        .depth = 3, .y_step = 6, .pool = 1, .low = -INFINITY, .high = INFINITY};
                ut_rows(&state, h, x2 + 0, (ut_post){NULL, NULL, NULL}, v);
                for (size_t i = 0; i < 3; i++) v[6 + i] = 1.0f / (1.0f + ut_expf(-(u[3 + i] + v[3 + i]))) * h[i];
                static const ut_rows_shape reset = {.rows = 1, .columns = 3, .step = 3, .outer = 1, .inner = 1,
                        .depth = 3, .y_step = 3, .pool = 1, .low = -INFINITY, .high = INFINITY};
                ut_rows(&reset, v + 6, x2 + 18, (ut_post){NULL, NULL, NULL}, q);
                for (size_t i = 0; i < 3; i++) {
                    const float z = 1.0f / (1.0f + ut_expf(-(u[i] + v[i])));
                    h[i] = (1 - z) * ut_tanhf(u[6 + i] + q[i]) + z * h[i];
                }
                memcpy(y0 + ((t * 2 + 0) * 1 + b) * 3, h, 12);
            }
        }
        memcpy(y1 + (0 * 1 + b) * 3, h, 12);
    }
    for (size_t b = 0; b < 1; b++) {
        for (size_t i = 0; i < 3; i++) h[i] = 0, c[i] = 0;
        for (size_t from = 0, count; from < 6; from += count) {
            count = 6;
            const size_t first = 6 - from - count;
            const ut_rows_shape in = {.rows = count, .columns = 9, .step = 4, .outer = 1, .inner = 1, .depth = 4,
                    .y_step = 9, .pool = 1, .low = -INFINITY, .high = INFINITY};
            ut_rows(&in, x0 + (first * 1 + b) * 4, x1 + 36, (ut_post){NULL, NULL, NULL}, parts);
            for (size_t s = 0; s < count; s++) {
                const size_t t = first + count - 1 - s;
                const float *const u = parts + (t - first) * 9;
                static const ut_rows_shape state = {.rows = 1, .columns = 6, .step = 3, .outer = 1, .inner = 1,
                        .depth = 3, .y_step = 6, .pool = 1, .low = -INFINITY, .high = INFINITY};
                ut_rows(&state, h, x2 + 27, (ut_post){NULL, NULL, NULL}, v);
                for (size_t i = 0; i < 3; i++) v[6 + i] = 1.0f / (1.0f + ut_expf(-(u[3 + i] + v[3 + i]))) * h[i];
                static const ut_rows_shape reset = {.rows = 1, .columns = 3, .step = 3, .outer = 1, .inner = 1,
                        .depth = 3, .y_step = 3, .pool = 1, .low = -INFINITY, .high = INFINITY};
                ut_rows(&reset, v + 6, x2 + 45, (ut_post){NULL, NULL, NULL}, q);
                for (size_t i = 0; i < 3; i++) {
                    const float z = 1.0f / (1.0f + ut_expf(-(u[i] + v[i])));
                    h[i] = (1 - z) * ut_tanhf(u[6 + i] + q[i]) + z * h[i];
                }
                memcpy(y0 + ((t * 2 + 1) * 1 + b) * 3, h, 12);
            }
        }
        memcpy(y1 + (1 * 1 + b) * 3, h, 12);
    }
}

/* ReduceMean
 *   x0 gru: float32 (6, 2, 1, 3)
 *   y0 mean: float32 (2, 1, 3)
 */
static void do_mean(const float *restrict x0, float *restrict y0) {
    for (size_t i = 0; i < 6; i++) y0[i] = 0;
    for (size_t i = 0; i < 6; i++)
        for (size_t j = 0; j < 6; j++)
            { const float v = x0[6 * i + j]; float y = y0[j]; y += v; y0[j] = y; }
    for (size_t i = 0; i < 6; i++) { float y = y0[i]; y /= 6; y0[i] = y; }
}

void recurrent_run(const float *frames, float *mean, void *arena) {
    unsigned char *const bytes = arena;
    float *const gru = (float *)(void *)(bytes + 320); /* float32 (6, 2, 1, 3) */
    float *const gru_1 = (float *)(void *)(bytes + 512); /* float32 (2, 1, 3) */
    do_gru(frames, recurrent_weights.as_float + 0, recurrent_weights.as_float + 80, gru, gru_1, bytes + 0);
    do_mean(gru, mean);
}
