/* small_in_bytes: a network of the tests.
 * The caller owns all memory; arena is SMALL_IN_BYTES_ARENA_BYTES bytes, aligned to 64, of no use between calls. */
#ifndef SMALL_IN_BYTES_H
#define SMALL_IN_BYTES_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SMALL_IN_BYTES_ARENA_BYTES 448
#define SMALL_IN_BYTES_INPUT_COUNT 57 /* sound: float32 (1, 19, 3) */
#define SMALL_IN_BYTES_OUTPUT_COUNT 5 /* answer: float32 (1, 5) */

typedef union { unsigned char bytes[3520]; float as_float[880]; int32_t as_int32_t[880]; int64_t as_int64_t[440]; int8_t as_int8_t[3520]; } small_in_bytes_weights_type;
extern const small_in_bytes_weights_type small_in_bytes_weights;

void small_in_bytes_run(const float *sound, float *answer, void *arena);

#ifdef __cplusplus
}
#endif
#endif
