/* voice_v1.c: voice.v1: the sequence of melpitch.v1, then the numbers of pooledlog.v2, with the bits of both.
 *
 * The frames are computed once, of the whole segment. The sequence is taken from them as they are. pooledlog.v2 looks at a
 * segment whose quiet edges were cut off; cuts lie on centres of frames, so only frames that would reach over a cut are
 * computed again, mirrored there.
 */
#include "voice_v1.h"

#include "pooledlog.h"

enum { HOP = 256, REACH = UT_PITCH_FRAME / 2 };

_Static_assert(UT_VOICE_V1_STATISTICS == UT_POOLEDLOG_V2_SIZE, "one number each");
_Static_assert(UT_HOP % HOP == 0, "what ut_trim keeps begins at the centre of a frame");

typedef struct voice_v1_scratch {
    float *frames;
    void *group; /* scratch of ut_melpitch_frames */
    size_t count, group_bytes;
    float *sequence; /* when it has been copied, pooledlog.v2 works in its place */
} voice_v1_scratch;

static size_t larger(size_t a, size_t b) { return a > b ? a : b; }

static voice_v1_scratch lay_out(ut_room *room, size_t count) {
    voice_v1_scratch s = {.count = ut_melpitch_frame_count(&ut_pooled_settings, count)};
    ut_room later = {0};
    ut_pooledlog_v2_in(&later, s.count);
    s.frames = ut_take(room, sizeof(float) * s.count * ut_melpitch_frame_width(&ut_pooled_settings));
    s.group_bytes = ut_melpitch_frames_scratch_bytes(&ut_pooled_settings);
    s.group = ut_take(room, s.group_bytes);
    s.sequence = ut_take(room, larger(sizeof(float) * s.count * UT_VOICE_V1_COLUMNS, later.used));
    return s;
}

size_t ut_voice_v1_plan_bytes(void) { return ut_pooledlog_plan_bytes(); }

void ut_voice_v1_prepare(void *memory, float trim_db) {
    ut_room room = {.base = memory};
    const ut_pooled_plan plan = ut_pooled_tables(&room);
    ut_pooled_prepare(&plan, trim_db);
}

size_t ut_voice_v1_scratch_bytes(size_t count) {
    ut_room room = {0};
    lay_out(&room, count);
    return room.used;
}

/* Frames first .. end - 1 of a clip of `count` samples, into their rows. */
static void compute_again(const ut_voice_tables *tables, const ut_voice_group *group, const float *samples, size_t count,
                          size_t first, size_t end, float *rows) {
    const ut_stretch clip = {samples, 0, (int64_t)count};
    for (size_t here; first < end; first += here) {
        here = end - first < UT_LANES ? end - first : UT_LANES;
        ut_voice_frames(tables, group, &clip, first, here, rows + first * ut_melpitch_frame_width(tables->settings));
    }
}

/* Frames that reach over an edge of what was kept: `rows` begins with the first frame kept. */
static void mirror_edges(const ut_voice_tables *tables, void *group_memory, const float *kept, size_t count, float *rows) {
    ut_room room = {.base = ut_aligned(group_memory)};
    const ut_voice_group group = ut_voice_group_in(&room, tables->settings);
    const size_t frames = ut_melpitch_frame_count(tables->settings, count);
    const size_t begin = REACH / HOP < frames ? REACH / HOP : frames; /* frames before it reach over the first sample */
    const size_t within = count >= REACH ? (count - REACH) / HOP + 1 : 0; /* from here on they reach over the last one */
    compute_again(tables, &group, kept, count, 0, begin, rows);
    compute_again(tables, &group, kept, count, larger(begin, within), frames, rows);
}

void ut_voice_v1(void *memory, const float *samples, size_t count, void *scratch, float *out, size_t rows) {
    ut_room plan_room = {.base = memory}, scratch_room = {.base = scratch};
    const ut_pooled_plan plan = ut_pooled_tables(&plan_room);
    const ut_voice_tables tables = ut_voice_tables_of(plan.frames);
    const voice_v1_scratch s = lay_out(&scratch_room, count);
    ut_melpitch_frames(plan.frames, samples, count, s.group, s.group_bytes, s.frames);
    const size_t found = ut_melpitch_normalise(plan.frames, s.frames, s.count, s.sequence);
    ut_melpitch_fit(s.sequence, found, UT_VOICE_V1_COLUMNS, out, rows);
    size_t begin, end;
    ut_trim(samples, count, tables.settings->trim_db, &begin, &end);
    float *kept = s.frames + begin / HOP * ut_melpitch_frame_width(tables.settings);
    if (end - begin < count) mirror_edges(&tables, s.group, samples + begin, end - begin, kept);
    ut_room later = {.base = (uint8_t *)s.sequence};
    const ut_pooledlog_v2_work work = ut_pooledlog_v2_in(&later, ut_melpitch_frame_count(tables.settings, end - begin));
    ut_pooledlog_v2_of(&plan, kept, end - begin, s.group, &work, out + rows * UT_VOICE_V1_COLUMNS);
}
