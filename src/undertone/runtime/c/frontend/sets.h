/* sets.h: the feature sets that ut_settings can name, in one table. */
#ifndef UT_SETS_H
#define UT_SETS_H

#include "undertone.h"

typedef struct ut_span {
    void *base; /* aligned */
    size_t bytes;
} ut_span;

typedef struct ut_feature_set {
    uint32_t rate;
    size_t columns;  /* numbers of a row */
    int is_sequence; /* many rows, whose quiet edges the set trims itself; else one row of what ut_trim has left */
    size_t statistics; /* numbers behind all rows */
    size_t (*plan_bytes)(void);
    void (*prepare)(void *plan, float trim_db);
    size_t (*scratch_bytes)(size_t count);
    size_t (*least_bytes)(size_t count); /* no more than scratch_bytes */
    void (*compute)(void *plan, const float *samples, size_t count, ut_span scratch, float *out, size_t rows);
} ut_feature_set;

/* NULL for a number that is not a feature set. */
const ut_feature_set *ut_set_of(uint32_t feature_set);

#endif
