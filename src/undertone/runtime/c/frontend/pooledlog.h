/* pooledlog.h: the feature sets pooledlog.v1 and pooledlog.v2. */
#ifndef UT_POOLEDLOG_H
#define UT_POOLEDLOG_H

#include "pooled.h"

#define UT_POOLEDLOG_RATE 16000u
#define UT_POOLEDLOG_SIZE 389
#define UT_POOLEDLOG_V2_SIZE (UT_POOLEDLOG_SIZE + 701)

/* The tables of both; every `plan` and `scratch` below is aligned, count >= 1. */
size_t ut_pooledlog_plan_bytes(void);
void ut_pooledlog_prepare(void *plan);

size_t ut_pooledlog_scratch_bytes(size_t count);
void ut_pooledlog(void *plan, const float *samples, size_t count, void *scratch, float out[UT_POOLEDLOG_SIZE]);

size_t ut_pooledlog_v2_scratch_bytes(size_t count);
void ut_pooledlog_v2(void *plan, const float *samples, size_t count, void *scratch, float out[UT_POOLEDLOG_V2_SIZE]);

/* pooledlog.v1 of a clip whose rows are sorted. */
void ut_pooledlog_put(const ut_pooled *p, float out[UT_POOLEDLOG_SIZE]);

/* pooledlog.v2 of frames that are there already: memory beside them and beside the group that they were made with. */
typedef struct ut_pooledlog_v2_work {
    ut_matrix matrix;
    float *coefficients, *window;
} ut_pooledlog_v2_work;

ut_pooledlog_v2_work ut_pooledlog_v2_in(ut_room *room, size_t frames);
void ut_pooledlog_v2_of(const ut_pooled_plan *plan, const float *frames, size_t count, void *group,
                        const ut_pooledlog_v2_work *work, float out[UT_POOLEDLOG_V2_SIZE]);

#endif
