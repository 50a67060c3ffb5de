/* small: a network of the tests.
 * The caller owns all memory; arena is SMALL_ARENA_BYTES bytes, aligned to 64, of no use between calls. */
#ifndef SMALL_H
#define SMALL_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SMALL_ARENA_BYTES 1344
#define SMALL_INPUT_COUNT 57 /* sound: float32 (1, 19, 3) */
#define SMALL_OUTPUT_COUNT 5 /* answer: float32 (1, 5) */

typedef union { unsigned char bytes[6592]; float as_float[1648]; } small_weights_type;
extern const small_weights_type small_weights;

void small_run(const float *sound, float *answer, void *arena);

#ifdef __cplusplus
}
#endif
#endif
