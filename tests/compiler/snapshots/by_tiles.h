/* by_tiles: a network of the tests.
 * The caller owns all memory; arena is BY_TILES_ARENA_BYTES bytes, aligned to 64, of no use between calls. */
#ifndef BY_TILES_H
#define BY_TILES_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define BY_TILES_ARENA_BYTES 12032
#define BY_TILES_INPUT_COUNT 90 /* sound: float32 (1, 18, 5) */
#define BY_TILES_OUTPUT_COUNT 6 /* mean: float32 (1, 1, 1, 6) */

typedef union { unsigned char bytes[7424]; float as_float[1856]; } by_tiles_weights_type;
extern const by_tiles_weights_type by_tiles_weights;

void by_tiles_run(const float *sound, float *mean, void *arena);

#ifdef __cplusplus
}
#endif
#endif
