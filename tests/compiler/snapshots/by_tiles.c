/* by_tiles: a network of the tests.
 * in  sound: float32 (1, 18, 5)
 * out mean: float32 (1, 1, 1, 6)
 * 3 steps, 1016 weights in 7424 bytes, arena 12032 bytes (no plan of these blocks can need less than 12032).
 * Made by undertone. C11, freestanding apart from math.h and string.h: no allocation, no I/O, no state.
 */
#include "by_tiles.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

/* (the kernels) */

/* Conv with low 0.0, pool 3
 *   x0 sound: float32 (1, 18, 5)
 *   x1 k1: float32 (8, 5, 20), constant
 *   y0 pool: float32 (1, 6, 20)
 */
static void do_long_(const float *restrict x0, const float *restrict x1, float *restrict y0, void *restrict scratch) {
    const float *const x = x0;
    float *const y = y0;
    static const float inputs[] = {0x1.0000000000000p-2f, -0x1.0000000000000p-3f, -0x1.4000000000000p+0f,
            0x1.4000000000000p-1f, 1.0f, -0x1.0000000000000p-1f, 0.0f, 0.0f, -0x1.5555560000000p-3f,
            -0x1.5555560000000p-4f, 0x1.8000000000000p-1f, 0x1.5555560000000p-2f, -0x1.5555560000000p-2f, 0.0f, 0.0f,
            0x1.c71c720000000p-3f, -0x1.5555560000000p-2f, -0x1.8e38e40000000p-1f, 0x1.5555560000000p+0f,
            -0x1.c71c720000000p-2f, 0.0f, 0.0f, 0x1.6c16c20000000p-3f, 0.0f, -0x1.c71c720000000p-1f, 0.0f,
            0x1.6c16c20000000p-1f, 0.0f, 0.0f, -0x1.1111120000000p-1f, 0x1.5555560000000p+0f, 0.0f,
            -0x1.5555560000000p+0f, 0x1.1111120000000p-1f, 0.0f, 0.0f, 0x1.c71c720000000p-2f, 0x1.5555560000000p-1f,
            -0x1.c71c720000000p-1f, -0x1.5555560000000p-1f, 0x1.c71c720000000p-2f, 0.0f, 0.0f,
            -0x1.0000000000000p-2f, 0x1.0000000000000p-3f, 0x1.4000000000000p+0f, -0x1.4000000000000p-1f, -1.0f,
            0x1.0000000000000p-1f};
    static const float outputs[] = {1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 0.0f, 0.0f, 1.0f, -1.0f, 2.0f,
            -0x1.0000000000000p-1f, 0x1.0000000000000p-1f, 0.0f, 0.0f, 1.0f, 1.0f, 4.0f, 0x1.0000000000000p-2f,
            0x1.0000000000000p-2f, 0.0f, 0.0f, 1.0f, -1.0f, 8.0f, -0x1.0000000000000p-3f, 0x1.0000000000000p-3f,
            1.0f};
    static const ut_winograd_shape s = {.channels = 5, .columns = 20, .points = 7, .tile = 4, .lines = 1,
            .places = 18, .lines_above = 0, .before = 3, .all_lines = 1, .all_tiles = 6, .out_lines = 1,
            .out_places = 18, .tiles = 5, .pool = 3, .inputs = inputs, .outputs = outputs, .rows = {.rows = 5,
            .step = 5, .outer = 1, .outer_step = 0, .inner = 1, .inner_step = 0, .depth = 10, .pool = 1,
            .low = -INFINITY, .high = INFINITY}, .low = 0.0f, .high = INFINITY};
    ut_winograd(&s, x, x1, (ut_post){NULL, NULL, NULL}, y, scratch);
}

/* Conv
 *   x0 map: float32 (1, 6, 5, 4)
 *   x1 k2: float32 (3, 3, 4, 6), constant
 *   y0 square: float32 (1, 6, 5, 6)
 */
static void do_square(const float *restrict x0, const float *restrict x1, float *restrict y0,
        void *restrict scratch) {
    const float *const x = x0;
    float *const y = y0;
    static const float inputs[] = {0x1.0000000000000p-1f, 0x1.8000000000000p-1f, -1.0f, -0x1.8000000000000p-1f,
            0x1.0000000000000p-1f, 0.0f, 0.0f, 0x1.5555560000000p-2f, 0x1.aaaaaa0000000p-1f, 0x1.5555560000000p-3f,
            -0x1.5555560000000p-2f, 0.0f, 0.0f, 0x1.5555560000000p-2f, 0x1.5555560000000p-3f, -0x1.aaaaaa0000000p-1f,
            0x1.5555560000000p-2f, 0.0f, 0.0f, -0x1.1111120000000p-1f, -0x1.1111120000000p+0f, 0x1.1111120000000p-1f,
            0x1.1111120000000p+0f, 0.0f, 0.0f, -0x1.1111120000000p+0f, 0x1.1111120000000p-1f, 0x1.1111120000000p+0f,
            -0x1.1111120000000p-1f, 0.0f, 0.0f, 0x1.0000000000000p-1f, 0x1.8000000000000p-1f, -1.0f,
            -0x1.8000000000000p-1f, 0x1.0000000000000p-1f};
    static const float outputs[] = {1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 0.0f, 0.0f, 1.0f, -1.0f, 2.0f,
            -0x1.0000000000000p-1f, 0.0f, 0.0f, 1.0f, 1.0f, 4.0f, 0x1.0000000000000p-2f, 0.0f, 0.0f, 1.0f, -1.0f,
            8.0f, -0x1.0000000000000p-3f, 1.0f};
    static const ut_winograd_shape s = {.channels = 4, .columns = 6, .points = 6, .tile = 4, .lines = 6, .places = 5,
            .lines_above = 1, .before = 1, .all_lines = 8, .all_tiles = 2, .out_lines = 6, .out_places = 5,
            .tiles = 2, .pool = 1, .inputs = inputs, .outputs = outputs, .rows = {.rows = 12, .step = 4, .outer = 3,
            .outer_step = 8, .inner = 1, .inner_step = 0, .depth = 4, .pool = 1, .low = -INFINITY, .high = INFINITY},
            .low = -INFINITY, .high = INFINITY};
    ut_winograd(&s, x, x1, (ut_post){NULL, NULL, NULL}, y, scratch);
}

/* GlobalAveragePool
 *   x0 square: float32 (1, 6, 5, 6)
 *   y0 mean: float32 (1, 1, 1, 6)
 */
static void do_mean(const float *restrict x0, float *restrict y0) {
    const size_t rows = 6;
    for (size_t c = 0; c < 6; c++) y0[c] = 0;
    for (size_t s = 0; s < rows * 5; s++)
        for (size_t c = 0; c < 6; c++) y0[c] += x0[s * 6 + c];
    for (size_t c = 0; c < 6; c++) y0[c] /= 30;
}

void by_tiles_run(const float *sound, float *mean, void *arena) {
    unsigned char *const bytes = arena;
    float *const pool = (float *)(void *)(bytes + 11520); /* float32 (1, 6, 20) */
    float *const square = (float *)(void *)(bytes + 10752); /* float32 (1, 6, 5, 6) */
    do_long_(sound, by_tiles_weights.as_float + 0, pool, bytes + 0);
    do_square(pool, by_tiles_weights.as_float + 1408, square, bytes + 0);
    do_mean(square, mean);
}
