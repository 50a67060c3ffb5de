/* pooledlog.h: the feature set pooledlog.v1. */
#ifndef UT_POOLEDLOG_H
#define UT_POOLEDLOG_H

#include <stddef.h>

#define UT_POOLEDLOG_RATE 16000u
#define UT_POOLEDLOG_SIZE 389

size_t ut_pooledlog_plan_bytes(void);
void ut_pooledlog_prepare(void *plan);
size_t ut_pooledlog_scratch_bytes(size_t count);

/* `plan` and `scratch` are aligned; count >= 1. */
void ut_pooledlog(void *plan, const float *samples, size_t count, void *scratch, float out[UT_POOLEDLOG_SIZE]);

#endif
