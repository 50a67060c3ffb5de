/* logmel.h: the feature set logmel.v1, one group of frames at a time. */
#ifndef UT_LOGMEL_H
#define UT_LOGMEL_H

#include "mel.h"
#include "stretch.h"
#include "undertone.h"

#define UT_LOGMEL_FRAME 512

/* Where the tables of prepared settings lie. */
typedef struct ut_logmel_tables {
    ut_logmel_settings *settings;
    ut_spectrum_plan spectrum;
    ut_mel_plan mel;
} ut_logmel_tables;

/* Memory for one group of UT_LANES frames. */
typedef struct ut_logmel_group {
    ut_columns columns;
    ut_complex *z;
    ut_lanes *power, *mel;
} ut_logmel_group;

ut_logmel_tables ut_logmel_tables_of(const void *plan);
ut_logmel_group ut_logmel_group_in(ut_room *room, const ut_logmel_settings *settings);

/* Frames first .. first + frames - 1 (at most UT_LANES) of the clip, with silence around it, into
 * out[frame * bands + band]. */
void ut_logmel_frames(const ut_logmel_tables *tables, const ut_logmel_group *group, const ut_stretch *clip, uint64_t first,
                      size_t frames, float *out);

#endif
