/* recurrent: a network of the tests.
 * in  frames: float32 (6, 1, 4)
 * out mean: float32 (2, 1, 3)
 * 2 steps, 126 weights in 576 bytes, arena 384 bytes (no plan of these blocks can need less than 384).
 * Made by undertone. C11, freestanding apart from math.h and string.h: no allocation, no I/O, no state.
 */
#include "recurrent.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

/* GRU
 *   x0 frames: float32 (6, 1, 4)
 *   x1 w: float32 (2, 9, 4), constant
 *   x2 r: float32 (2, 9, 3), constant
 *   y0 gru: float32 (6, 2, 1, 3)
 *   y1 gru_1: float32 (2, 1, 3)
 */
static void do_gru(const float *restrict x0, const float *restrict x1, const float *restrict x2, float *restrict y0,
        float *restrict y1, void *restrict scratch) {
    float *const u = (float *)scratch, *const v = u + 9, *const h = v + 9;
    float *const c = h + 3;
    float *const q = c + 3;
    for (size_t b = 0; b < 1; b++) {
        for (size_t i = 0; i < 3; i++) h[i] = 0, c[i] = 0;
        for (size_t s = 0; s < 6; s++) {
            const float *const x = x0 + ((s) * 1 + b) * 4;
            for (size_t i = 0; i < 9; i++) {
                u[i] = 0;
                v[i] = 0;
                for (size_t k = 0; k < 4; k++) u[i] += x[k] * x1[(0 + i) * 4 + k];
                for (size_t k = 0; k < 3; k++) v[i] += h[k] * x2[(0 + i) * 3 + k];
            }
            for (size_t i = 0; i < 3; i++) v[3 + i] = 1.0f / (1.0f + expf(-(u[3 + i] + v[3 + i])));
            for (size_t i = 0; i < 3; i++) {
                q[i] = 0;
                for (size_t k = 0; k < 3; k++) q[i] += v[3 + k] * h[k] * x2[(6 + i) * 3 + k];
            }
            for (size_t i = 0; i < 3; i++) {
                const float z = 1.0f / (1.0f + expf(-(u[i] + v[i])));
                h[i] = (1 - z) * tanhf(u[6 + i] + q[i]) + z * h[i];
            }
            memcpy(y0 + (((s) * 2 + 0) * 1 + b) * 3, h, 12);
        }
        memcpy(y1 + (0 * 1 + b) * 3, h, 12);
    }
    for (size_t b = 0; b < 1; b++) {
        for (size_t i = 0; i < 3; i++) h[i] = 0, c[i] = 0;
        for (size_t s = 0; s < 6; s++) {
            const float *const x = x0 + ((5 - s) * 1 + b) * 4;
            for (size_t i = 0; i < 9; i++) {
                u[i] = 0;
                v[i] = 0;
                for (size_t k = 0; k < 4; k++) u[i] += x[k] * x1[(9 + i) * 4 + k];
                for (size_t k = 0; k < 3; k++) v[i] += h[k] * x2[(9 + i) * 3 + k];
            }
            for (size_t i = 0; i < 3; i++) v[3 + i] = 1.0f / (1.0f + expf(-(u[3 + i] + v[3 + i])));
            for (size_t i = 0; i < 3; i++) {
                q[i] = 0;
                for (size_t k = 0; k < 3; k++) q[i] += v[3 + k] * h[k] * x2[(15 + i) * 3 + k];
            }
            for (size_t i = 0; i < 3; i++) {
                const float z = 1.0f / (1.0f + expf(-(u[i] + v[i])));
                h[i] = (1 - z) * tanhf(u[6 + i] + q[i]) + z * h[i];
            }
            memcpy(y0 + (((5 - s) * 2 + 1) * 1 + b) * 3, h, 12);
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
    float *const gru = (float *)(void *)(bytes + 0); /* float32 (6, 2, 1, 3) */
    float *const gru_1 = (float *)(void *)(bytes + 320); /* float32 (2, 1, 3) */
    do_gru(frames, recurrent_weights.as_float + 0, recurrent_weights.as_float + 80, gru, gru_1, bytes + 192);
    do_mean(gru, mean);
}
