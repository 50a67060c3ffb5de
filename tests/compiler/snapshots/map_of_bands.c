/* map_of_bands: a network of the tests.
 * in  bands: float32 (1, 24, 10, 1)
 * out scores: float32 (1, 3)
 * 6 steps, 276 weights in 1216 bytes, arena 9280 bytes (no plan of these blocks can need less than 9280).
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

/* Conv on some rows
 *   x0 bent: float32 (1, 4, 10, 8)
 *   x1 k2: float32 (3, 3, 1, 8), constant
 *   y0 deep: float32 (1, 2, 10, 8)
 */
static void do_deep(const float *restrict x0, const float *restrict x1, float *restrict y0, void *restrict scratch) {
    const float *const x = x0;
    float *const y = y0;
    memset(scratch, 0, 384 * sizeof(float));
    for (size_t i = 0; i < 4; i++)
        memcpy((float *)scratch + 8 + 96 * i, x + 80 * i, 80 * sizeof(float));
    const float *const a = (const float *)scratch;
    static const ut_rows_shape s = {.rows = 10, .columns = 1, .step = 8, .outer = 3, .outer_step = 96, .inner = 3,
            .inner_step = 8, .depth = 1, .y_step = 8, .pool = 1, .low = -INFINITY, .high = INFINITY};
    for (size_t i = 0; i < 2; i++) {
        ut_rows(&s, a + i * 96, x1, (ut_post){NULL, NULL, NULL}, y + i * 80);
        ut_rows(&s, a + 1 + i * 96, x1 + 9, (ut_post){NULL, NULL, NULL}, y + 1 + i * 80);
        ut_rows(&s, a + 2 + i * 96, x1 + 18, (ut_post){NULL, NULL, NULL}, y + 2 + i * 80);
        ut_rows(&s, a + 3 + i * 96, x1 + 27, (ut_post){NULL, NULL, NULL}, y + 3 + i * 80);
        ut_rows(&s, a + 4 + i * 96, x1 + 36, (ut_post){NULL, NULL, NULL}, y + 4 + i * 80);
        ut_rows(&s, a + 5 + i * 96, x1 + 45, (ut_post){NULL, NULL, NULL}, y + 5 + i * 80);
        ut_rows(&s, a + 6 + i * 96, x1 + 54, (ut_post){NULL, NULL, NULL}, y + 6 + i * 80);
        ut_rows(&s, a + 7 + i * 96, x1 + 63, (ut_post){NULL, NULL, NULL}, y + 7 + i * 80);
    }
}

/* Conv on some rows
 *   x0 deep: float32 (1, 2, 10, 8)
 *   x1 k3: float32 (1, 1, 8, 12), constant
 *   y0 wide: float32 (1, 2, 10, 12)
 */
static void do_wide(const float *restrict x0, const float *restrict x1, float *restrict y0) {
    const float *const x = x0;
    float *const y = y0;
    static const ut_rows_shape s = {.rows = 10, .columns = 12, .step = 8, .outer = 1, .outer_step = 80, .inner = 1,
            .inner_step = 0, .depth = 8, .y_step = 12, .pool = 1, .low = -INFINITY, .high = INFINITY};
    for (size_t i = 0; i < 2; i++) {
        ut_rows(&s, x + i * 80, x1, (ut_post){NULL, NULL, NULL}, y + i * 120);
    }
}

/* HardSwish on some rows
 *   x0 wide: float32 (1, 2, 10, 12)
 *   y0 curve: float32 (1, 2, 10, 12)
 */
static void do_curve(const float *restrict x0, float *restrict y0) {
    for (size_t i = 0; i < 240; i++)
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

/* bent -> deep -> wide -> curve -> mean, rolled: 6 steps that take 2 rows of curve.
 *   bent: 4 of its 12 rows, 2 new in each step
 *   deep: 2 of its 12 rows, 2 new in each step
 *   wide: 2 of its 12 rows, 2 new in each step
 *   curve: 2 of its 12 rows, 2 new in each step
 * The loop begins 1 early, to fill the windows.
 */
static void roll_mean(const float *source, float *target, unsigned char *bytes) {
    static const ut_window bent_window = {12, 4, 2, 1, 320, 0};
    static const ut_window deep_window = {12, 2, 2, 0, 320, 0};
    static const ut_window wide_window = {12, 2, 2, 0, 480, 0};
    static const ut_window curve_window = {12, 2, 2, 0, 480, 0};
    float *const bent_rows = (float *)(void *)(bytes + 5376); /* float32 (1, 4, 10, 8) */
    float *const deep_rows = (float *)(void *)(bytes + 8576); /* float32 (1, 2, 10, 8) */
    float *const wide_rows = (float *)(void *)(bytes + 6656); /* float32 (1, 2, 10, 12) */
    float *const curve_rows = (float *)(void *)(bytes + 7616); /* float32 (1, 2, 10, 12) */
    memset(bent_rows, 0, 1280);
    float *const y0 = target;
    for (size_t c = 0; c < 12; c++) y0[c] = 0;
    for (ptrdiff_t step = -1; step < 6; step++) {
        ut_take(&bent_window, bent_rows, source, step);
        if (ut_slide(&deep_window, deep_rows, step))
            do_deep(bent_rows, map_of_bands_weights.as_float + 80, deep_rows, bytes + 3840);
        ut_blank(&deep_window, deep_rows, step);
        if (ut_slide(&wide_window, wide_rows, step))
            do_wide(deep_rows, map_of_bands_weights.as_float + 160, wide_rows);
        ut_blank(&wide_window, wide_rows, step);
        if (ut_slide(&curve_window, curve_rows, step))
            do_curve(wide_rows, curve_rows);
        ut_blank(&curve_window, curve_rows, step);
        if (step < 0) continue;
        const size_t left = (size_t)(12 - step * 2);
        const size_t rows = left < 2 ? left : 2;
        const float *const x0 = curve_rows;
        for (size_t s = 0; s < rows * 10; s++)
            for (size_t c = 0; c < 12; c++) y0[c] += x0[s * 12 + c];
    }
    for (size_t c = 0; c < 12; c++) y0[c] /= 120;
}

void map_of_bands_run(const float *bands, float *scores, void *arena) {
    unsigned char *const bytes = arena;
    float *const bent = (float *)(void *)(bytes + 0); /* float32 (1, 12, 10, 8) */
    float *const mean = (float *)(void *)(bytes + 9216); /* float32 (1, 1, 1, 12) */
    do_stem(bands, map_of_bands_weights.as_float + 0, bent, bytes + 3840);
    roll_mean(bent, mean, bytes);
    do_scores(mean, map_of_bands_weights.as_float + 256, scores);
}
