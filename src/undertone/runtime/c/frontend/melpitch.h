/* melpitch.h: the frames of a whole clip, as both melpitch.v1 and pooledlog.v1 look at them. */
#ifndef UT_MELPITCH_H
#define UT_MELPITCH_H

#include "voice.h"

/* Rows of frames with what is known of all of them. */
typedef struct ut_voice_clip {
    const float *rows;
    size_t frames, bands, width;
    float loudest; /* loudness of the loudest frame */
    float highest; /* largest value of any band */
    float floor;   /* what bands are raised to */
} ut_voice_clip;

/* `count` rows of ut_melpitch_frames, at least one. */
ut_voice_clip ut_voice_clip_of(const ut_melpitch_settings *settings, const float *frames, size_t count);

/* Repeat `found` rows of a sequence end to end until there are `rows`; of more than that the middle is taken. */
void ut_melpitch_fit(const float *sequence, size_t found, size_t width, float *out, size_t rows);

static inline const float *ut_voice_row(const ut_voice_clip *clip, size_t frame) { return clip->rows + frame * clip->width; }

#endif
