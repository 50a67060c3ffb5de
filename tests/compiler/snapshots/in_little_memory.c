/* in_little_memory: a network of the tests.
 * in  sound: float32 (1, 45, 1)
 * out mean: float32 (1, 1, 6)
 * 3 steps, 7450 weights in 51200 bytes, arena 6400 bytes (no plan of these blocks can need less than 6400).
 * Made by undertone. C11, freestanding apart from math.h and string.h: no allocation, no I/O, no state.
 */
#include "in_little_memory.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

/* (the kernels) */

/* ConvPair with low 0.0, pool 8
 *   x0 sound: float32 (1, 45, 1)
 *   x1 k1: float32 (7, 1, 21), constant
 *   x2 k2: float32 (8, 21, 40), constant
 *   x3 b1: float32 (21), constant
 *   x4 s1: float32 (21), constant
 *   x5 t1: float32 (21), constant
 *   x6 b2: float32 (40), constant
 *   y0 both: float32 (1, 2, 40)
 */
static void do_both(const float *restrict x0, const float *restrict x1, const float *restrict x2,
        const float *restrict x3, const float *restrict x4, const float *restrict x5, const float *restrict x6,
        float *restrict y0, void *restrict scratch) {
    const float *const x = x0;
    float *const y = y0;
    memset(scratch, 0, 51 * sizeof(float));
    memcpy((float *)scratch + 3, x + 0, 45 * sizeof(float));
    const float *const a = (const float *)scratch;
    scratch = (unsigned char *)scratch + 256;
    const ut_first first = {.depth = 7, .step = 2, .columns = 21, .low = 0.0f, .high = INFINITY, .w = x1,
            .post = (ut_post){x3, x4, x5}};
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
    static const ut_lean_shape s = {.of = {.channels = 21, .columns = 40, .points = 7, .tile = 4, .lines = 1,
            .places = 23, .before = 3, .all_lines = 1, .all_tiles = 5, .out_lines = 1, .out_places = 16, .tiles = 4,
            .pool = 8, .inputs = inputs, .outputs = outputs, .low = 0.0f, .high = INFINITY}, .parts = 2, .apart = 1,
            .at_once = 4, .block = 16, .group = 32};
    ut_winograd_lean(&s, 7, 4, &first, a, x2, (ut_post){x6, NULL, NULL}, y, scratch);
}

/* Conv
 *   x0 both: float32 (1, 2, 40)
 *   x1 k3: float32 (2, 40, 6), constant
 *   y0 last: float32 (1, 1, 6)
 */
static void do_last(const float *restrict x0, const float *restrict x1, float *restrict y0, void *restrict scratch) {
    const float *const x = x0;
    float *const y = y0;
    static const float inputs[] = {1.0f, -1.0f, 0.0f, 0.0f, 1.0f, 0.0f, 0.0f, -1.0f, 1.0f};
    static const float outputs[] = {1.0f, 1.0f, 0.0f, 0.0f, 1.0f, 1.0f};
    static const ut_lean_shape s = {.of = {.channels = 40, .columns = 6, .points = 3, .tile = 2, .lines = 1,
            .places = 2, .before = 0, .all_lines = 1, .all_tiles = 1, .out_lines = 1, .out_places = 1, .tiles = 1,
            .pool = 1, .inputs = inputs, .outputs = outputs, .low = -INFINITY, .high = INFINITY}, .parts = 1,
            .apart = 0, .at_once = 1, .block = 40, .group = 6};
    ut_winograd_lean(&s, 3, 2, NULL, x, x1, (ut_post){NULL, NULL, NULL}, y, scratch);
}

/* GlobalAveragePool
 *   x0 last: float32 (1, 1, 6)
 *   y0 mean: float32 (1, 1, 6)
 */
static void do_mean(const float *restrict x0, float *restrict y0) {
    const size_t rows = 1;
    for (size_t c = 0; c < 6; c++) y0[c] = 0;
    for (size_t s = 0; s < rows * 1; s++)
        for (size_t c = 0; c < 6; c++) y0[c] += x0[s * 6 + c];
    for (size_t c = 0; c < 6; c++) y0[c] /= 1;
}

void in_little_memory_run(const float *sound, float *mean, void *arena) {
    unsigned char *const bytes = arena;
    float *const both = (float *)(void *)(bytes + 6080); /* float32 (1, 2, 40) */
    float *const last = (float *)(void *)(bytes + 896); /* float32 (1, 1, 6) */
    do_both(sound, in_little_memory_weights.as_float + 0, in_little_memory_weights.as_float + 160,
            in_little_memory_weights.as_float + 11920, in_little_memory_weights.as_float + 11952,
            in_little_memory_weights.as_float + 11984, in_little_memory_weights.as_float + 12016, both, bytes + 0);
    do_last(both, in_little_memory_weights.as_float + 12064, last, bytes + 0);
    do_mean(last, mean);
}
