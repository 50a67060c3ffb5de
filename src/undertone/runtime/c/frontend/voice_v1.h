/* voice_v1.h: the feature set voice.v1. */
#ifndef UT_VOICE_V1_H
#define UT_VOICE_V1_H

#include <stddef.h>

#define UT_VOICE_V1_COLUMNS 66      /* of a row of the sequence */
#define UT_VOICE_V1_STATISTICS 1090 /* behind all rows */

size_t ut_voice_v1_plan_bytes(void);
void ut_voice_v1_prepare(void *plan, float trim_db);
size_t ut_voice_v1_scratch_bytes(size_t count);

/* `plan` and `scratch` are aligned; count >= 1. */
void ut_voice_v1(void *plan, const float *samples, size_t count, void *scratch, float *out, size_t rows);

#endif
