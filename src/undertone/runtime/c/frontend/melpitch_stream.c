/* melpitch_stream.c: the frames of melpitch.v1 of sound that is still coming in.
 *
 * The first frame sees its right half mirrored, the last ones their left: so each needs one sample more than half of the
 * 1024 that the pitch takes. What is made of all frames, ut_melpitch_normalise, waits for the end of the clip.
 */
#include "frame_stream.h"
#include "voice.h"

typedef struct stream_state {
    ut_frame_stream frames;
    ut_voice_group group;
} stream_state;

static stream_state state_in(ut_room *room, const ut_melpitch_settings *settings) {
    stream_state state = {.frames = ut_frame_stream_in(room, settings->mel.hop, UT_PITCH_FRAME / 2 + 1)};
    state.group = ut_voice_group_in(room, settings);
    return state;
}

static stream_state state_of(void *memory, const ut_melpitch_settings *settings) {
    ut_room room = {.base = ut_aligned(memory)};
    return state_in(&room, settings);
}

size_t ut_melpitch_stream_bytes(const ut_melpitch_settings *settings) {
    if (!ut_melpitch_valid(settings)) return 0;
    ut_room room = {0};
    state_in(&room, settings);
    return ut_with_slack(room.used);
}

ut_status ut_melpitch_stream_start(const void *plan, void *state, size_t bytes) {
    const ut_voice_tables tables = ut_voice_tables_of(plan);
    if (bytes < ut_melpitch_stream_bytes(tables.settings)) return UT_SMALL_BUFFER;
    const stream_state s = state_of(state, tables.settings);
    ut_frame_stream_start(&s.frames);
    return UT_OK;
}

size_t ut_melpitch_stream_feed(const void *plan, void *state, const float *samples, size_t count) {
    const stream_state s = state_of(state, ut_voice_tables_of(plan).settings);
    return ut_frame_stream_feed(&s.frames, samples, count);
}

void ut_melpitch_stream_end(const void *plan, void *state) {
    state_of(state, ut_voice_tables_of(plan).settings).frames.head->ended = 1;
}

size_t ut_melpitch_stream_take(const void *plan, void *state, float *out, size_t frames) {
    const ut_voice_tables tables = ut_voice_tables_of(plan);
    const stream_state s = state_of(state, tables.settings);
    const ut_stretch clip = ut_frame_stream_stretch(&s.frames);
    size_t ready = ut_frame_stream_ready(&s.frames), wanted = ready < frames ? ready : frames;
    for (size_t taken = 0; taken < wanted; taken += UT_LANES) {
        size_t here = wanted - taken < UT_LANES ? wanted - taken : UT_LANES;
        ut_voice_frames(&tables, &s.group, &clip, s.frames.head->next, here,
                        out + taken * (tables.settings->mel.bands + UT_VOICE_EXTRA));
        s.frames.head->next += here;
    }
    return wanted;
}
