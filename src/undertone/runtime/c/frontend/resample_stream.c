/* resample_stream.c: resampling of sound that is still coming in.
 *
 * The state keeps the inputs that unfinished outputs still need: the kernel's length and a block. An output is ready
 * when the last input under its kernel is here, or when the sound has ended; the bits are those of ut_resample on the
 * whole clip, however it was cut into pieces.
 */
#include "resample.h"
#include "room.h"

#define BLOCK 256u /* inputs that arrive between two moves of what is kept */

typedef struct stream_head {
    ut_resample_place place; /* of the next output; its begin counts from kept[0] */
    uint64_t fed, taken;
    uint32_t held, ended;
} stream_head;

typedef struct stream_state {
    stream_head *head;
    float *kept;
} stream_state;

static uint32_t capacity(const ut_resample_head *tables) { return 2 * tables->half + BLOCK; }

static stream_state state_in(ut_room *room, const ut_resample_head *tables) {
    stream_state state = {0};
    state.head = ut_take(room, sizeof *state.head);
    state.kept = ut_take(room, sizeof(float) * capacity(tables));
    return state;
}

static stream_state state_of(const ut_resample_head *tables, void *memory) {
    ut_room room = {.base = ut_aligned(memory)};
    return state_in(&room, tables);
}

size_t ut_resample_stream_bytes(uint32_t rate_in, uint32_t rate_out) {
    if (ut_resample_plan_bytes(rate_in, rate_out) == 0) return 0;
    const ut_resample_head tables = ut_resample_head_for(rate_in, rate_out);
    ut_room room = {0};
    state_in(&room, &tables);
    return ut_with_slack(room.used);
}

ut_status ut_resample_stream_start(const void *plan, void *state, size_t bytes) {
    const float *table;
    const ut_resample_head *tables = ut_resample_tables(plan, &table);
    if (bytes < ut_resample_stream_bytes(tables->rate_in, tables->rate_out)) return UT_SMALL_BUFFER;
    *state_of(tables, state).head = (stream_head){.place = ut_resample_first(tables)};
    return UT_OK;
}

/* Forget what lies before the kernel of the next output. */
static void drop(const stream_state *s) {
    if (s->head->place.begin <= 0) return;
    uint32_t gone = s->head->place.begin < s->head->held ? (uint32_t)s->head->place.begin : s->head->held;
    for (uint32_t i = gone; i < s->head->held; i++) s->kept[i - gone] = s->kept[i];
    s->head->held -= gone;
    s->head->place.begin -= gone;
}

size_t ut_resample_stream_feed(const void *plan, void *state, const float *samples, size_t count) {
    const float *table;
    const ut_resample_head *tables = ut_resample_tables(plan, &table);
    const stream_state s = state_of(tables, state);
    if (s.head->ended) return 0;
    drop(&s);
    size_t space = capacity(tables) - s.head->held, consumed = count < space ? count : space;
    for (size_t i = 0; i < consumed; i++) s.kept[s.head->held + i] = samples[i];
    s.head->held += (uint32_t)consumed;
    s.head->fed += consumed;
    return consumed;
}

void ut_resample_stream_end(const void *plan, void *state) {
    const float *table;
    state_of(ut_resample_tables(plan, &table), state).head->ended = 1;
}

/* How many outputs are ready, up to `count`. */
static size_t ready(const ut_resample_head *tables, const stream_head *head, size_t count) {
    size_t n = 0;
    if (head->ended) {
        const uint64_t all = (head->fed * tables->up + tables->down - 1) / tables->down, rest = all - head->taken;
        return rest < count ? (size_t)rest : count;
    }
    for (ut_resample_place place = head->place; n < count; n++) {
        if (place.begin + 2 * (int64_t)tables->half > (int64_t)head->held) break;
        place = ut_resample_next(tables, place);
    }
    return n;
}

size_t ut_resample_stream_take(const void *plan, void *state, float *out, size_t count) {
    const float *table;
    const ut_resample_head *tables = ut_resample_tables(plan, &table);
    const stream_state s = state_of(tables, state);
    const size_t outputs = ready(tables, s.head, count);
    if (tables->rate_in == tables->rate_out) {
        const float *middle = s.kept + s.head->place.begin + (int64_t)tables->half - 1;
        for (size_t i = 0; i < outputs; i++) out[i] = middle[i];
        s.head->place.begin += (int64_t)outputs;
    } else {
        ut_resample_run(tables, table, &s.head->place, s.kept, (int64_t)s.head->held, out, outputs);
    }
    s.head->taken += outputs;
    return outputs;
}
