/* resample.h: what the whole-clip and the streaming resampler share: one output, and where the next one lies. */
#ifndef UT_RESAMPLE_H
#define UT_RESAMPLE_H

#include "undertone.h"

typedef struct ut_resample_head {
    uint32_t up, down;
    uint32_t phases; /* rows of the table, without the last one (phase 1) */
    uint32_t half;   /* inputs on each side */
    uint32_t stride; /* floats a row: 2 half, rounded up to whole sums */
    uint32_t rate_in, rate_out;
} ut_resample_head;

/* An output lies at phase rest / up after the middle of the inputs samples[begin .. begin + 2 half). */
typedef struct ut_resample_place {
    int64_t begin;
    uint32_t rest;
} ut_resample_place;

/* The head of a plan for two legal rates. */
ut_resample_head ut_resample_head_for(uint32_t rate_in, uint32_t rate_out);

const ut_resample_head *ut_resample_tables(const void *plan, const float **table);

/* The places of output 0 and of the output after another. */
ut_resample_place ut_resample_first(const ut_resample_head *head);
ut_resample_place ut_resample_next(const ut_resample_head *head, ut_resample_place place);

/* One output; samples before 0 and from count on are zero. Those that are stored and those that are left out as zero
 * give the same bits. */
float ut_resample_at(const ut_resample_head *head, const float *table, ut_resample_place place, const float *samples,
                     int64_t count);

#endif
