/* logmel_stream.c: logmel.v1 of sound that is still coming in.
 *
 * The state keeps the samples that unfinished frames still need. A frame is ready when its last sample is here, or when
 * the clip has ended; how the samples were cut into pieces leaves no trace in the numbers.
 */
#include "logmel.h"

typedef struct stream_head {
    uint64_t next;      /* the first frame that was not taken */
    int64_t origin;     /* which sample of the clip is kept[0] */
    uint32_t held;      /* samples in kept */
    uint32_t ended;
} stream_head;

typedef struct stream_state {
    stream_head *head;
    float *kept;
    ut_logmel_group group;
} stream_state;

static uint32_t capacity(const ut_logmel_settings *settings) { return UT_LOGMEL_FRAME + settings->hop * UT_LANES; }

static stream_state state_in(ut_room *room, const ut_logmel_settings *settings) {
    stream_state state = {0};
    state.head = ut_take(room, sizeof *state.head);
    state.kept = ut_take(room, sizeof(float) * capacity(settings));
    state.group = ut_logmel_group_in(room, settings);
    return state;
}

static stream_state state_of(void *memory, const ut_logmel_settings *settings) {
    ut_room room = {.base = ut_aligned(memory)};
    return state_in(&room, settings);
}

size_t ut_logmel_stream_bytes(const ut_logmel_settings *settings) {
    if (ut_logmel_plan_bytes(settings) == 0) return 0;
    ut_room room = {0};
    state_in(&room, settings);
    return ut_with_slack(room.used);
}

ut_status ut_logmel_stream_start(const void *plan, void *state, size_t bytes) {
    const ut_logmel_tables tables = ut_logmel_tables_of(plan);
    if (bytes < ut_logmel_stream_bytes(tables.settings)) return UT_SMALL_BUFFER;
    stream_head *head = state_of(state, tables.settings).head;
    *head = (stream_head){.next = 0, .origin = 0, .held = 0, .ended = 0};
    return UT_OK;
}

/* Forget what lies before the next frame. */
static void drop(const stream_state *s, uint32_t hop) {
    int64_t needed = (int64_t)(s->head->next * hop) - UT_LOGMEL_FRAME / 2;
    if (needed <= s->head->origin) return;
    uint32_t gone = (uint32_t)(needed - s->head->origin);
    if (gone > s->head->held) gone = s->head->held;
    for (uint32_t i = gone; i < s->head->held; i++) s->kept[i - gone] = s->kept[i];
    s->head->held -= gone;
    s->head->origin += gone;
}

size_t ut_logmel_stream_feed(const void *plan, void *state, const float *samples, size_t count) {
    const ut_logmel_settings *settings = ut_logmel_tables_of(plan).settings;
    const stream_state s = state_of(state, settings);
    if (s.head->ended) return 0;
    drop(&s, settings->hop);
    size_t space = capacity(settings) - s.head->held, consumed = count < space ? count : space;
    for (size_t i = 0; i < consumed; i++) s.kept[s.head->held + i] = samples[i];
    s.head->held += (uint32_t)consumed;
    return consumed;
}

void ut_logmel_stream_end(const void *plan, void *state) {
    state_of(state, ut_logmel_tables_of(plan).settings).head->ended = 1;
}

/* One past the last frame that is ready. */
static uint64_t ready(const stream_head *head, uint32_t hop) {
    uint64_t here = (uint64_t)(head->origin + head->held);
    if (head->ended) return here ? 1 + here / hop : 0;
    return here < UT_LOGMEL_FRAME / 2 ? 0 : 1 + (here - UT_LOGMEL_FRAME / 2) / hop;
}

size_t ut_logmel_stream_take(const void *plan, void *state, float *out, size_t frames) {
    const ut_logmel_tables tables = ut_logmel_tables_of(plan);
    uint32_t hop = tables.settings->hop;
    const stream_state s = state_of(state, tables.settings);
    const ut_stretch clip = {s.kept, s.head->origin, s.head->origin + s.head->held};
    uint64_t end = ready(s.head, hop);
    size_t taken = 0;
    while (taken < frames && s.head->next < end) {
        size_t here = frames - taken < UT_LANES ? frames - taken : UT_LANES;
        if (end - s.head->next < here) here = (size_t)(end - s.head->next);
        ut_logmel_frames(&tables, &s.group, &clip, s.head->next, here, out + taken * tables.settings->bands);
        s.head->next += here;
        taken += here;
    }
    return taken;
}
