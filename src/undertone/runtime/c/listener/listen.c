/* listen.c: scores of sound that is still coming in: resampler, segments, features, network, one after the other.
 *
 * The resampler's outputs pass through a small block, because a segment that waits to be taken stops the flow anywhere.
 */
#include "../frontend/room.h"
#include "score.h"

#define BLOCK 64u

typedef struct listen_head {
    uint32_t ready, given; /* outputs of the resampler in the block, and how many went on to the segments */
    uint32_t ended;
    float block[BLOCK];
} listen_head;

typedef struct listener {
    listen_head *head;
    void *resample_plan, *resampler, *features_plan, *segments, *arena;
    float *features;
    size_t resample_plan_bytes, resampler_bytes, features_plan_bytes, segments_bytes;
} listener;

/* Vectors are a sign of memory to spare: without them the segments take the least that they can do with, and more time. */
static size_t segments_bytes(const ut_settings *settings) {
    return UT_LANES > 1 ? ut_stream_bytes(settings) : ut_stream_least_bytes(settings);
}

static listener listener_in(ut_room *room, const ut_model *model) {
    const uint32_t rate = ut_rate(&model->settings);
    listener l = {0};
    l.resample_plan_bytes = ut_resample_plan_bytes(model->rate, rate);
    l.resampler_bytes = ut_resample_stream_bytes(model->rate, rate);
    l.features_plan_bytes = ut_features_plan_bytes(&model->settings);
    l.segments_bytes = segments_bytes(&model->settings);
    l.head = ut_take(room, sizeof *l.head);
    l.resample_plan = ut_take(room, l.resample_plan_bytes);
    l.resampler = ut_take(room, l.resampler_bytes);
    l.features_plan = ut_take(room, l.features_plan_bytes);
    l.segments = ut_take(room, l.segments_bytes);
    l.features = ut_take(room, sizeof(float) * ut_feature_count(&model->settings));
    l.arena = ut_take(room, model->arena_bytes);
    return l;
}

static listener listener_of(const ut_model *model, void *state) {
    ut_room room = {.base = ut_aligned(state)};
    return listener_in(&room, model);
}

size_t ut_listen_bytes(const ut_model *model) {
    ut_room room = {0};
    const listener l = listener_in(&room, model);
    return l.segments_bytes && l.resampler_bytes ? ut_with_slack(room.used) : 0;
}

ut_status ut_listen_start(const ut_model *model, void *state, size_t bytes) {
    const size_t needed = ut_listen_bytes(model);
    if (needed == 0) return UT_BAD_SETTINGS;
    if (bytes < needed) return UT_SMALL_BUFFER;
    const listener l = listener_of(model, state);
    l.head->ready = l.head->given = l.head->ended = 0;
    ut_status status = ut_resample_plan(model->rate, ut_rate(&model->settings), l.resample_plan, l.resample_plan_bytes);
    if (status == UT_OK) status = ut_resample_stream_start(l.resample_plan, l.resampler, l.resampler_bytes);
    if (status == UT_OK) status = ut_features_plan(&model->settings, l.features_plan, l.features_plan_bytes);
    if (status == UT_OK) status = ut_stream_start(l.features_plan, l.segments, l.segments_bytes);
    return status;
}

/* Let sound flow from the resampler to the segments: 1 if all of it went, 0 if a segment waits. */
static int flow(const listener *l) {
    listen_head *h = l->head;
    for (;;) {
        h->given += (uint32_t)ut_stream_feed(l->features_plan, l->segments, h->block + h->given, h->ready - h->given);
        if (h->given < h->ready) return 0;
        h->given = 0;
        h->ready = (uint32_t)ut_resample_stream_take(l->resample_plan, l->resampler, h->block, BLOCK);
        if (h->ready == 0) return 1;
    }
}

static size_t feed(const listener *l, const float *samples, size_t count) {
    size_t done = 0;
    while (flow(l) && done < count && !l->head->ended)
        done += ut_resample_stream_feed(l->resample_plan, l->resampler, samples + done, count - done);
    return done;
}

size_t ut_listen_feed(const ut_model *model, void *state, const float *samples, size_t count) {
    const listener l = listener_of(model, state);
    return feed(&l, samples, count);
}

size_t ut_listen_feed_pcm(const ut_model *model, void *state, const int16_t *samples, size_t count) {
    const listener l = listener_of(model, state);
    float block[BLOCK];
    for (size_t done = 0; done < count;) {
        const size_t here = count - done < BLOCK ? count - done : BLOCK;
        for (size_t i = 0; i < here; i++) block[i] = (float)samples[done + i] / 32768.0f;
        const size_t took = feed(&l, block, here);
        done += took;
        if (took < here) return done;
    }
    return count;
}

void ut_listen_end(const ut_model *model, void *state) {
    const listener l = listener_of(model, state);
    l.head->ended = 1;
    ut_resample_stream_end(l.resample_plan, l.resampler);
}

int ut_listen_take(const ut_model *model, void *state, float **features, void **arena, uint64_t *begin, uint64_t *end) {
    const listener l = listener_of(model, state);
    if (flow(&l) && l.head->ended) ut_stream_end(l.features_plan, l.segments);
    *features = l.features;
    *arena = l.arena;
    return ut_stream_take(l.features_plan, l.segments, l.features, begin, end);
}

int ut_listen_result(const ut_model *model, void *state, float *scores, uint64_t *begin, uint64_t *end) {
    float *features;
    void *arena;
    if (!ut_listen_take(model, state, &features, &arena, begin, end)) return 0;
    ut_score(model, features, *end - *begin, scores, arena);
    return 1;
}
