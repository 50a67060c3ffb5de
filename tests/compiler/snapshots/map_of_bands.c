/* map_of_bands: a network of the tests.
 * in  bands: float32 (1, 24, 10, 1)
 * out scores: float32 (1, 3)
 * 6 steps, 276 weights in 1280 bytes, arena 7360 bytes (no plan of these blocks can need less than 7360).
 * Made by undertone. C11, freestanding apart from math.h and string.h: no allocation, no I/O, no state.
 */
#include "map_of_bands.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

/* (the kernels) */

/* Conv with low 0.0 on some rows
 *   x0 bands: float32 (1, 3, 10, 1)
 *   x1 k1: float32 (3, 3, 1, 8), constant
 *   y0 bent: float32 (1, 1, 10, 8)
 */
static void do_stem(const float *restrict x0, const float *restrict x1, float *restrict y0, void *restrict scratch) {
    const float *const x = x0;
    float *const y = y0;
    memset(scratch, 0, 36 * sizeof(float));
    for (size_t i = 0; i < 3; i++)
        memcpy((float *)scratch + 1 + 12 * i, x + 10 * i, 10 * sizeof(float));
    const float *const a = (const float *)scratch;
    static const ut_rows_shape s = {.rows = 10, .columns = 8, .step = 1, .outer = 3, .outer_step = 12, .inner = 1,
            .inner_step = 0, .depth = 3, .y_step = 8, .pool = 1, .low = 0.0f, .high = INFINITY};
    ut_rows(&s, a, x1, (ut_post){NULL, NULL, NULL}, y);
}

/* Conv on some rows
 *   x0 bent: float32 (1, 3, 10, 8)
 *   x1 k2: float32 (3, 3, 1, 8), constant
 *   y0 deep: float32 (1, 1, 10, 8)
 */
static void do_deep(const float *restrict x0, const float *restrict x1, float *restrict y0) {
    const float *const x = x0;
    float *const y = y0;
    static const ut_depthwise_shape s = {.channels = 8, .size = {3, 10}, .out = {1, 10}, .taps = {3, 3},
            .stride = {1, 1}, .apart = {1, 1}, .before = {0, 1}, .x_next = {80, 8}, .y_next = {80, 8}, .w_next = {24,
            8}, .inner = 1, .inner_end = 9, .outer = 0, .low = -INFINITY, .high = INFINITY};
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

/* HardSwish, y0 over x0
 *   x0 wide: float32 (1, 12, 10, 12)
 *   y0 curve: float32 (1, 12, 10, 12)
 */
static void do_curve(float *restrict y0) {
    const float *const x0 = y0;
    for (size_t i = 0; i < 1440; i++)
        { const float a = x0[i]; y0[i] = (float)(a * fmaxf(0, fminf(1, (a + 3) / 6))); }
}

/* GlobalAveragePool
 *   x0 curve: float32 (1, 12, 10, 12)
 *   y0 mean: float32 (1, 1, 1, 12)
 */
static void do_mean(const float *restrict x0, float *restrict y0) {
    const size_t rows = 12;
    for (size_t c = 0; c < 12; c++) y0[c] = 0;
    for (size_t s = 0; s < rows * 10; s++)
        for (size_t c = 0; c < 12; c++) y0[c] += x0[s * 12 + c];
    for (size_t c = 0; c < 12; c++) y0[c] /= 120;
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

/* bands -> bent -> deep -> wide, rolled: 12 steps that give 1 row of wide.
 *   bands: 3 of its 24 rows, 2 new in each step
 *   bent: 3 of its 12 rows, 1 new in each step
 *   deep: 1 of its 12 rows, 1 new in each step
 * The loop begins 1 early, to fill the windows.
 */
static void roll_wide(const float *source, float *target, unsigned char *bytes) {
    static const ut_window bands_window = {24, 3, 2, 2, 40, 0};
    static const ut_window bent_window = {12, 3, 1, 1, 320, 0};
    static const ut_window deep_window = {12, 1, 1, 0, 320, 0};
    float *const bands_rows = (float *)(void *)(bytes + 7232); /* float32 (1, 3, 10, 1) */
    float *const bent_rows = (float *)(void *)(bytes + 5760); /* float32 (1, 3, 10, 8) */
    float *const deep_rows = (float *)(void *)(bytes + 6720); /* float32 (1, 1, 10, 8) */
    memset(bands_rows, 0, 120);
    memset(bent_rows, 0, 960);
    for (ptrdiff_t step = -1; step < 12; step++) {
        ut_take(&bands_window, bands_rows, source, step);
        if (ut_slide(&bent_window, bent_rows, step))
            do_stem(bands_rows, map_of_bands_weights.as_float + 0, bent_rows + 160, bytes + 7040);
        ut_blank(&bent_window, bent_rows, step);
        if (ut_slide(&deep_window, deep_rows, step))
            do_deep(bent_rows, map_of_bands_weights.as_float + 80, deep_rows);
        ut_blank(&deep_window, deep_rows, step);
        if (step >= 0) do_wide(deep_rows, map_of_bands_weights.as_float + 160, target + step * 120);
    }
}

void map_of_bands_run(const float *bands, float *scores, void *arena) {
    unsigned char *const bytes = arena;
    float *const wide = (float *)(void *)(bytes + 0); /* float32 (1, 12, 10, 12) */
    float *const mean = (float *)(void *)(bytes + 5760); /* float32 (1, 1, 1, 12) */
    roll_wide(bands, wide, bytes);
    do_curve(wide);
    do_mean(wide, mean);
    do_scores(mean, map_of_bands_weights.as_float + 256, scores);
}
