/* voice.h: the frames that melpitch.v1 and pooledlog.v1 are made of, one group at a time. */
#ifndef UT_VOICE_H
#define UT_VOICE_H

#include "mel.h"
#include "pitch.h"
#include "stretch.h"
#include "undertone.h"

#define UT_VOICE_FRAME 512

/* Where the tables of prepared settings lie. */
typedef struct ut_voice_tables {
    ut_melpitch_settings *settings;
    ut_spectrum_plan spectrum;
    ut_mel_plan mel;
    ut_pitch_tables pitch;
} ut_voice_tables;

/* Memory for one group of UT_LANES frames. */
typedef struct ut_voice_group {
    ut_pitch_group pitch;
    ut_columns columns; /* the middle half of the pitch's */
    ut_complex *z;
    ut_lanes *power, *mel;
} ut_voice_group;

/* What stands behind the bands in the row of a frame; see undertone.h. */
enum { UT_VOICE_LOUDNESS = 0, UT_VOICE_F0, UT_VOICE_VOICING, UT_VOICE_RMS, UT_VOICE_ZCR, UT_VOICE_EXTRA };

int ut_melpitch_valid(const ut_melpitch_settings *settings);
ut_voice_tables ut_voice_tables_of(const void *plan);
ut_voice_group ut_voice_group_in(ut_room *room, const ut_melpitch_settings *settings);

/* Frames first .. first + frames - 1 (at most UT_LANES) of a clip, mirrored at its edges, into rows of
 * ut_melpitch_width numbers. The clip goes on behind the stretch only if no frame reaches over the stretch's end. */
void ut_voice_frames(const ut_voice_tables *tables, const ut_voice_group *group, const ut_stretch *clip, uint64_t first,
                     size_t frames, float *out);

#endif
