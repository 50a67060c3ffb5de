/* in_little_memory: a network of the tests.
 * The caller owns all memory; arena is IN_LITTLE_MEMORY_ARENA_BYTES bytes, aligned to 64, of no use between calls. */
#ifndef IN_LITTLE_MEMORY_H
#define IN_LITTLE_MEMORY_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define IN_LITTLE_MEMORY_ARENA_BYTES 6400
#define IN_LITTLE_MEMORY_INPUT_COUNT 45 /* sound: float32 (1, 45, 1) */
#define IN_LITTLE_MEMORY_OUTPUT_COUNT 6 /* mean: float32 (1, 1, 6) */

typedef union { unsigned char bytes[51200]; float as_float[12800]; } in_little_memory_weights_type;
extern const in_little_memory_weights_type in_little_memory_weights;

void in_little_memory_run(const float *sound, float *mean, void *arena);

#ifdef __cplusplus
}
#endif
#endif
