/* map_of_bands: a network of the tests.
 * in  bands: float32 (1, 24, 10, 1)
 * out scores: float32 (1, 3)
 * 6 steps, 276 weights in 1280 bytes, arena 7680 bytes (no plan of these blocks can need less than 7680).
 * Made by undertone. C11, freestanding apart from math.h and string.h: no allocation, no I/O, no state.
 */
#include "map_of_bands.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

/* (the kernels) */

/* Conv with low 0.0
 *   x0 bands: float32 (1, 24, 10, 1)
 *   x1 k1: float32 (3, 3, 1, 8), constant
 *   y0 bent: float32 (1, 12, 10, 8)
 */
static void do_stem(const float *restrict x0, const float *restrict x1, float *restrict y0, void *restrict scratch) {
    const float *const x = x0;
    float *const y = y0;
    memset(scratch, 0, 312 * sizeof(float));
    for (size_t i = 0; i < 24; i++)
        memcpy((float *)scratch + 13 + 12 * i, x + 10 * i, 10 * sizeof(float));
    const float *const a = (const float *)scratch;
    static const ut_rows_shape s = {.rows = 10, .columns = 8, .step = 1, .outer = 3, .outer_step = 12, .inner = 1,
            .inner_step = 0, .depth = 3, .y_step = 8, .pool = 1, .low = 0.0f, .high = INFINITY};
    for (size_t i = 0; i < 12; i++) {
        ut_rows(&s, a + i * 24, x1, (ut_post){NULL, NULL, NULL}, y + i * 80);
    }
}

/* Conv
 *   x0 bent: float32 (1, 12, 10, 8)
 *   x1 k2: float32 (3, 3, 1, 8), constant
 *   y0 deep: float32 (1, 12, 10, 8)
 */
static void do_deep(const float *restrict x0, const float *restrict x1, float *restrict y0) {
    const float *const x = x0;
    float *const y = y0;
    static const ut_depthwise_shape s = {.channels = 8, .size = {10, 12}, .out = {10, 12}, .taps = {3, 3},
            .stride = {1, 1}, .apart = {1, 1}, .before = {1, 1}, .x_next = {8, 80}, .y_next = {8, 80}, .w_next = {8,
            24}, .inner = 1, .inner_end = 11, .outer = 1, .low = -INFINITY, .high = INFINITY};
    ut_depthwise(&s, x, x1, (ut_post){NULL, NULL, NULL}, y);
}

/* Conv on some rows
 *   x0 deep: float32 (1, 1, 10, 8)
 *   x1 k3: float32 (1, 1, 8, 12), constant
 *   y0 wide: float32 (1, 1, 10, 12)
 */
static void do_wide(const float *restrict x0, const float *restrict x1, float *restrict y0) {
    const float *const x = x0;
    float *const y = y0;
    static const ut_rows_shape s = {.rows = 10, .columns = 12, .step = 8, .outer = 1, .outer_step = 80, .inner = 1,
            .inner_step = 0, .depth = 8, .y_step = 12, .pool = 1, .low = -INFINITY, .high = INFINITY};
    ut_rows(&s, x, x1, (ut_post){NULL, NULL, NULL}, y);
}

/* HardSwish on some rows
 *   x0 wide: float32 (1, 1, 10, 12)
 *   y0 curve: float32 (1, 1, 10, 12)
 */
static void do_curve(const float *restrict x0, float *restrict y0) {
    for (size_t i = 0; i < 120; i++)
        { const float a = x0[i]; y0[i] = (float)(a * fmaxf(0, fminf(1, (a + 3) / 6))); }
}

/* MatMul
 *   x0 flat: float32 (1, 12)
 *   x1 k4: float32 (12, 3), constant
 *   y0 scores: float32 (1, 3)
 */
static void do_scores(const float *restrict x0, const float *restrict x1, float *restrict y0) {
    static const ut_rows_shape s = {.rows = 1, .columns = 3, .step = 12, .outer = 1, .inner = 1, .depth = 12,
            .y_step = 3, .pool = 1, .low = -INFINITY, .high = INFINITY};
    ut_rows(&s, x0, x1, (ut_post){NULL, NULL, NULL}, y0);
}

/* deep -> wide -> curve -> mean, rolled: 12 steps that take 1 row of curve.
 *   deep: 1 of its 12 rows, 1 new in each step
 *   wide: 1 of its 12 rows, 1 new in each step
 *   curve: 1 of its 12 rows, 1 new in each step
 */
static void roll_mean(const float *source, float *target, unsigned char *bytes) {
    static const ut_window deep_window = {12, 1, 1, 0, 320, 0};
    static const ut_window wide_window = {12, 1, 1, 0, 480, 0};
    static const ut_window curve_window = {12, 1, 1, 0, 480, 0};
    float *const deep_rows = (float *)(void *)(bytes + 1024); /* float32 (1, 1, 10, 8) */
    float *const wide_rows = (float *)(void *)(bytes + 0); /* float32 (1, 1, 10, 12) */
    float *const curve_rows = (float *)(void *)(bytes + 512); /* float32 (1, 1, 10, 12) */
    float *const y0 = target;
    for (size_t c = 0; c < 12; c++) y0[c] = 0;
    for (ptrdiff_t step = 0; step < 12; step++) {
        ut_take(&deep_window, deep_rows, source, step);
        if (ut_slide(&wide_window, wide_rows, step))
            do_wide(deep_rows, map_of_bands_weights.as_float + 160, wide_rows);
        ut_blank(&wide_window, wide_rows, step);
        if (ut_slide(&curve_window, curve_rows, step))
            do_curve(wide_rows, curve_rows);
        ut_blank(&curve_window, curve_rows, step);
        const size_t left = (size_t)(12 - step * 1);
        const size_t rows = left < 1 ? left : 1;
        const float *const x0 = curve_rows;
        for (size_t s = 0; s < rows * 10; s++)
            for (size_t c = 0; c < 12; c++) y0[c] += x0[s * 12 + c];
    }
    for (size_t c = 0; c < 12; c++) y0[c] /= 120;
}

void map_of_bands_run(const float *bands, float *scores, void *arena) {
    unsigned char *const bytes = arena;
    float *const bent = (float *)(void *)(bytes + 0); /* float32 (1, 12, 10, 8) */
    float *const deep = (float *)(void *)(bytes + 3840); /* float32 (1, 12, 10, 8) */
    float *const mean = (float *)(void *)(bytes + 1344); /* float32 (1, 1, 1, 12) */
    do_stem(bands, map_of_bands_weights.as_float + 0, bent, bytes + 3840);
    do_deep(bent, map_of_bands_weights.as_float + 80, deep);
    roll_mean(deep, mean, bytes);
    do_scores(mean, map_of_bands_weights.as_float + 256, scores);
}
