/* segment_stream.c: feature vectors of sound that is still coming in, one for each segment of the grid.
 *
 * Tuning and the 80 dB floor of article.v1 look at the whole clip, and the clip of the definition is the segment: the
 * state therefore keeps the samples of the current segment, and the numbers have the bits of ut_segment + ut_features
 * on the whole recording. A segment is ready when half of the next one is here (until then it may have to take in the
 * rest of the recording), or when the recording has ended.
 */
#include "room.h"
#include "settings.h"

typedef struct stream_head {
    uint64_t begin; /* which sample of the recording is kept[0]: the start of the segment */
    size_t held;
    size_t scratch_bytes;
    uint32_t ended;
} stream_head;

typedef struct stream_state {
    stream_head *head;
    float *kept;
    size_t length, capacity; /* of a segment; with half of the next one */
    uint8_t *scratch; /* the rest of the memory */
} stream_state;

static stream_state state_in(ut_room *room, const ut_settings *settings) {
    stream_state state = {0};
    size_t begin;
    ut_segment(settings, SIZE_MAX / 2, 0, &begin, &state.length);
    state.capacity = state.length + (state.length - state.length / 2);
    state.head = ut_take(room, sizeof *state.head);
    state.kept = ut_take(room, sizeof(float) * state.capacity);
    state.scratch = ut_take(room, 0);
    return state;
}

static stream_state state_of(const void *plan, void *memory) {
    ut_room room = {.base = ut_aligned(memory)};
    return state_in(&room, (const ut_settings *)(const void *)ut_aligned(plan)); /* a plan begins with its settings */
}

/* Bytes of the state without scratch, and the samples of the longest segment; 0 if segments have no bound. */
static size_t bytes_before_scratch(const ut_settings *settings, size_t *capacity) {
    if (!ut_settings_valid(settings) || settings->segmentation != UT_GRID) return 0;
    ut_room room = {0};
    *capacity = state_in(&room, settings).capacity;
    return ut_with_slack(room.used);
}

size_t ut_stream_bytes(const ut_settings *settings) {
    size_t capacity, bytes = bytes_before_scratch(settings, &capacity);
    return bytes ? bytes + ut_features_scratch_bytes(settings, capacity) : 0;
}

size_t ut_stream_least_bytes(const ut_settings *settings) {
    size_t capacity, bytes = bytes_before_scratch(settings, &capacity);
    return bytes ? bytes + ut_features_least_bytes(settings, capacity) : 0;
}

ut_status ut_stream_start(const void *plan, void *state, size_t bytes) {
    const ut_settings *settings = (const ut_settings *)(const void *)ut_aligned(plan);
    size_t capacity, before = bytes_before_scratch(settings, &capacity);
    if (before == 0) return UT_BAD_SETTINGS;
    if (bytes < ut_stream_least_bytes(settings)) return UT_SMALL_BUFFER;
    *state_of(plan, state).head = (stream_head){.begin = 0, .held = 0, .scratch_bytes = bytes - before, .ended = 0};
    return UT_OK;
}

size_t ut_stream_feed(const void *plan, void *state, const float *samples, size_t count) {
    const stream_state s = state_of(plan, state);
    if (s.head->ended) return 0;
    size_t space = s.capacity - s.head->held, consumed = count < space ? count : space;
    for (size_t i = 0; i < consumed; i++) s.kept[s.head->held + i] = samples[i];
    s.head->held += consumed;
    return consumed;
}

void ut_stream_end(const void *plan, void *state) { state_of(plan, state).head->ended = 1; }

int ut_stream_take(const void *plan, void *state, float *out, uint64_t *begin, uint64_t *end) {
    const stream_state s = state_of(plan, state);
    int full = s.head->held == s.capacity;
    if (!full && !(s.head->ended && s.head->held)) return 0;
    size_t length = full ? s.length : s.head->held;
    *begin = s.head->begin;
    *end = s.head->begin + length;
    ut_features(plan, s.kept, length, s.scratch, s.head->scratch_bytes, out); /* cannot fail: sizes are right by construction */
    for (size_t i = length; i < s.head->held; i++) s.kept[i - length] = s.kept[i];
    s.head->held -= length;
    s.head->begin += length;
    return 1;
}
