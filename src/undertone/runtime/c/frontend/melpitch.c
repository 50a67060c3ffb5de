/* melpitch.c: melpitch.v1, a clip as rows of normalised log-mel bands and pitch.
 *
 * What one frame hears is in voice.c. Here the clip is looked at as a whole: its quiet edges go, its floor is raised, and
 * each band loses its mean, in which loud frames count and quiet ones do not. So nothing is left of the level, nor of the
 * colour of microphone and room, as far as a filter can describe them.
 */
#include "melpitch.h"

#include "mathf.h"

static const float knee = 7.0f;      /* nats below the loudest frame where a frame's weight is one half */
static const float spread = 2.5f;    /* what log-mel is divided by */
static const float voiced = 0.5f;    /* voicing above which a frame has a say in the mean pitch */
static const size_t kept_beside = 2; /* quiet frames that are kept on each side */

size_t ut_melpitch_frame_count(const ut_melpitch_settings *settings, size_t count) {
    return ut_melpitch_valid(settings) ? ut_logmel_frame_count(&settings->mel, count) : 0;
}

size_t ut_melpitch_frame_width(const ut_melpitch_settings *settings) {
    return ut_melpitch_valid(settings) ? settings->mel.bands + UT_VOICE_EXTRA : 0;
}

size_t ut_melpitch_width(const ut_melpitch_settings *settings) {
    return ut_melpitch_valid(settings) ? settings->mel.bands + 2 : 0;
}

size_t ut_melpitch_frames_scratch_bytes(const ut_melpitch_settings *settings) {
    if (!ut_melpitch_valid(settings)) return 0;
    ut_room room = {0};
    ut_voice_group_in(&room, settings);
    return ut_with_slack(room.used);
}

ut_status ut_melpitch_frames(const void *plan, const float *samples, size_t count, void *scratch, size_t bytes, float *out) {
    const ut_voice_tables tables = ut_voice_tables_of(plan);
    if (count == 0) return UT_EMPTY;
    if (bytes < ut_melpitch_frames_scratch_bytes(tables.settings)) return UT_SMALL_BUFFER;
    ut_room room = {.base = ut_aligned(scratch)};
    const ut_voice_group group = ut_voice_group_in(&room, tables.settings);
    const ut_stretch clip = {samples, 0, (int64_t)count};
    size_t frames = ut_melpitch_frame_count(tables.settings, count), width = ut_melpitch_frame_width(tables.settings);
    for (size_t first = 0; first < frames; first += UT_LANES) {
        size_t here = frames - first < UT_LANES ? frames - first : UT_LANES;
        ut_voice_frames(&tables, &group, &clip, first, here, out + first * width);
    }
    return UT_OK;
}

ut_voice_clip ut_voice_clip_of(const ut_melpitch_settings *settings, const float *frames, size_t count) {
    ut_voice_clip clip = {.rows = frames, .frames = count, .bands = settings->mel.bands};
    clip.width = clip.bands + UT_VOICE_EXTRA;
    clip.loudest = frames[clip.bands + UT_VOICE_LOUDNESS];
    clip.highest = frames[0];
    for (size_t i = 0; i < count; i++) {
        const float *row = frames + i * clip.width;
        clip.loudest = ut_max(clip.loudest, row[clip.bands + UT_VOICE_LOUDNESS]);
        for (size_t band = 0; band < clip.bands; band++) clip.highest = ut_max(clip.highest, row[band]);
    }
    clip.floor = clip.highest - settings->floor;
    return clip;
}

/* Drop what comes before the first and after the last frame within trim_db of the loudest, but for two frames each. */
static void trim(ut_voice_clip *clip, float trim_db) {
    if (trim_db <= 0.0f) return;
    float quiet = clip->loudest - 0.230258509f * trim_db; /* ln 10 / 10 */
    size_t first = 0, last = clip->frames - 1;
    while (ut_voice_row(clip, first)[clip->bands + UT_VOICE_LOUDNESS] < quiet) first++;
    while (ut_voice_row(clip, last)[clip->bands + UT_VOICE_LOUDNESS] < quiet) last--;
    first = first > kept_beside ? first - kept_beside : 0;
    last = last + kept_beside < clip->frames ? last + kept_beside : clip->frames - 1;
    clip->rows = ut_voice_row(clip, first);
    clip->frames = last - first + 1;
}

/* 1 for the loudest frames, 1/2 at the knee, towards 0 below. */
static float weight_of(const ut_voice_clip *clip, const float *row) {
    float above = row[clip->bands + UT_VOICE_LOUDNESS] - clip->loudest + knee;
    return 1.0f / (1.0f + ut_exp(-above));
}

/* Mean of ln f0 over voiced frames by weight; 0 if there is none. */
static float mean_pitch(const ut_voice_clip *clip) {
    float sum = 0.0f, weights = 0.0f;
    for (size_t i = 0; i < clip->frames; i++) {
        const float *row = ut_voice_row(clip, i), *extra = row + clip->bands;
        if (extra[UT_VOICE_VOICING] <= voiced) continue;
        float weight = weight_of(clip, row);
        sum += weight * ut_ln(extra[UT_VOICE_F0]);
        weights += weight;
    }
    return weights > 0.0f ? sum / weights : 0.0f;
}

/* The weighted mean of each floored band goes into `means`. */
static void mean_bands(const ut_voice_clip *clip, float *means) {
    float weights = 0.0f;
    for (size_t band = 0; band < clip->bands; band++) means[band] = 0.0f;
    for (size_t i = 0; i < clip->frames; i++) {
        const float *row = ut_voice_row(clip, i);
        float weight = weight_of(clip, row);
        for (size_t band = 0; band < clip->bands; band++) means[band] += weight * ut_max(row[band], clip->floor);
        weights += weight;
    }
    for (size_t band = 0; band < clip->bands; band++) means[band] /= weights;
}

size_t ut_melpitch_normalise(const void *plan, const float *frames, size_t count, float *out) {
    const ut_melpitch_settings *settings = ut_voice_tables_of(plan).settings;
    if (count == 0) return 0;
    ut_voice_clip clip = ut_voice_clip_of(settings, frames, count);
    trim(&clip, settings->trim_db);
    float means[256], pitch = mean_pitch(&clip);
    mean_bands(&clip, means);
    for (size_t i = 0; i < clip.frames; i++) {
        const float *row = ut_voice_row(&clip, i);
        float *to = out + i * (clip.bands + 2), v = row[clip.bands + UT_VOICE_VOICING];
        for (size_t band = 0; band < clip.bands; band++) to[band] = (ut_max(row[band], clip.floor) - means[band]) * (1.0f / spread);
        to[clip.bands] = pitch > 0.0f && v > 0.0f ? 2.0f * v * (ut_ln(row[clip.bands + UT_VOICE_F0]) - pitch) : 0.0f;
        to[clip.bands + 1] = 2.0f * v - 1.0f;
    }
    return clip.frames;
}

void ut_melpitch_fit(const float *sequence, size_t found, size_t width, float *out, size_t rows) {
    size_t first = found > rows ? (found - rows) / 2 : 0;
    for (size_t i = 0; i < rows; i++)
        for (size_t column = 0; column < width; column++) out[i * width + column] = sequence[(first + i) % found * width + column];
}
