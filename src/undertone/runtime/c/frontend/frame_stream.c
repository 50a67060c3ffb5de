/* frame_stream.c: how samples were cut into pieces leaves no trace in what a frame sees. */
#include "frame_stream.h"

ut_frame_stream ut_frame_stream_in(ut_room *room, uint32_t hop, uint32_t reach) {
    ut_frame_stream s = {.hop = hop, .reach = reach, .capacity = 2 * reach + hop * UT_LANES};
    s.head = ut_take(room, sizeof *s.head);
    s.kept = ut_take(room, sizeof(float) * s.capacity);
    return s;
}

void ut_frame_stream_start(const ut_frame_stream *s) { *s->head = (ut_frame_stream_head){.next = 0, .origin = 0, .held = 0, .ended = 0}; }

/* Forget what lies before the next frame. */
static void drop(const ut_frame_stream *s) {
    int64_t needed = (int64_t)(s->head->next * s->hop) - (int64_t)s->reach;
    if (needed <= s->head->origin) return;
    uint32_t gone = (uint32_t)(needed - s->head->origin);
    if (gone > s->head->held) gone = s->head->held;
    for (uint32_t i = gone; i < s->head->held; i++) s->kept[i - gone] = s->kept[i];
    s->head->held -= gone;
    s->head->origin += gone;
}

size_t ut_frame_stream_feed(const ut_frame_stream *s, const float *samples, size_t count) {
    if (s->head->ended) return 0;
    drop(s);
    size_t space = s->capacity - s->head->held, consumed = count < space ? count : space;
    for (size_t i = 0; i < consumed; i++) s->kept[s->head->held + i] = samples[i];
    s->head->held += (uint32_t)consumed;
    return consumed;
}

ut_stretch ut_frame_stream_stretch(const ut_frame_stream *s) {
    return (ut_stretch){s->kept, s->head->origin, s->head->origin + s->head->held};
}

size_t ut_frame_stream_ready(const ut_frame_stream *s) {
    uint64_t here = (uint64_t)(s->head->origin + s->head->held), end = 0;
    if (s->head->ended)
        end = here ? 1 + here / s->hop : 0;
    else if (here >= s->reach)
        end = 1 + (here - s->reach) / s->hop;
    return end > s->head->next ? (size_t)(end - s->head->next) : 0;
}
