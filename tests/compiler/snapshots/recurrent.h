/* recurrent: a network of the tests.
 * The caller owns all memory; arena is RECURRENT_ARENA_BYTES bytes, aligned to 64, of no use between calls. */
#ifndef RECURRENT_H
#define RECURRENT_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define RECURRENT_ARENA_BYTES 576
#define RECURRENT_INPUT_COUNT 24 /* frames: float32 (6, 1, 4) */
#define RECURRENT_OUTPUT_COUNT 6 /* mean: float32 (2, 1, 3) */

typedef union { unsigned char bytes[640]; float as_float[160]; } recurrent_weights_type;
extern const recurrent_weights_type recurrent_weights;

void recurrent_run(const float *frames, float *mean, void *arena);

#ifdef __cplusplus
}
#endif
#endif
