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

/* The place of output 0. */
static inline ut_resample_place ut_resample_first(const ut_resample_head *head) {
    return (ut_resample_place){.begin = 1 - (int64_t)head->half, .rest = 0};
}

/* The place of the output after another. */
static inline ut_resample_place ut_resample_next(const ut_resample_head *head, ut_resample_place place) {
    place.rest += head->down % head->up;
    place.begin += head->down / head->up;
    if (place.rest >= head->up) {
        place.rest -= head->up;
        place.begin += 1;
    }
    return place;
}

/* Outputs from a place on, for two rates that differ; the place moves on. Samples before 0 and from count on are zero:
 * those that are stored and those that are left out give the same bits. */
void ut_resample_run(const ut_resample_head *head, const float *table, ut_resample_place *place, const float *samples,
                     int64_t count, float *out, size_t outputs);

#endif
