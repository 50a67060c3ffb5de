/* attention: a network of the tests.
 * The caller owns all memory; arena is ATTENTION_ARENA_BYTES bytes, aligned to 64, of no use between calls. */
#ifndef ATTENTION_H
#define ATTENTION_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define ATTENTION_ARENA_BYTES 768
#define ATTENTION_INPUT_COUNT 40 /* sequence: float32 (1, 5, 8) */
#define ATTENTION_OUTPUT_COUNT 8 /* mean: float32 (1, 8) */

typedef union { unsigned char bytes[896]; float as_float[224]; } attention_weights_type;
extern const attention_weights_type attention_weights;

void attention_run(const float *sequence, float *mean, void *arena);

#ifdef __cplusplus
}
#endif
#endif
