/* map_of_bands: a network of the tests.
 * The caller owns all memory; arena is MAP_OF_BANDS_ARENA_BYTES bytes, aligned to 64, of no use between calls. */
#ifndef MAP_OF_BANDS_H
#define MAP_OF_BANDS_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MAP_OF_BANDS_ARENA_BYTES 7680
#define MAP_OF_BANDS_INPUT_COUNT 240 /* bands: float32 (1, 24, 10, 1) */
#define MAP_OF_BANDS_OUTPUT_COUNT 3 /* scores: float32 (1, 3) */

typedef union { unsigned char bytes[1280]; float as_float[320]; } map_of_bands_weights_type;
extern const map_of_bands_weights_type map_of_bands_weights;

void map_of_bands_run(const float *bands, float *scores, void *arena);

#ifdef __cplusplus
}
#endif
#endif
