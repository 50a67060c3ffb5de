/* clip.c: scores of a whole clip at any rate, and of each of its segments. */
#include "../frontend/room.h"
#include "score.h"

static size_t count_of(const ut_model *model, size_t count, uint32_t rate) {
    return rate ? ut_resample_count(count, rate, ut_rate(&model->settings)) : 0;
}

size_t ut_clip_segments(const ut_model *model, size_t count, uint32_t rate) {
    return ut_segment_count(&model->settings, count_of(model, count, rate));
}

void ut_clip_place(const ut_model *model, size_t count, uint32_t rate, size_t i, size_t *begin, size_t *end) {
    ut_segment(&model->settings, count_of(model, count, rate), i, begin, end);
}

static size_t longest_segment(const ut_model *model, size_t count) {
    size_t longest = 0, segments = ut_segment_count(&model->settings, count);
    for (size_t i = 0; i < segments; i++) {
        size_t begin, end;
        ut_segment(&model->settings, count, i, &begin, &end);
        if (end - begin > longest) longest = end - begin;
    }
    return longest;
}

static ut_clip_work work_in(ut_room *room, const ut_model *model, size_t count, uint32_t rate) {
    ut_clip_work w = {0};
    w.count = count_of(model, count, rate);
    w.segments = ut_segment_count(&model->settings, w.count);
    w.resample_plan_bytes = ut_resample_plan_bytes(rate, ut_rate(&model->settings));
    w.features_plan_bytes = ut_features_plan_bytes(&model->settings);
    w.scratch_bytes = ut_features_scratch_bytes(&model->settings, longest_segment(model, w.count));
    w.samples = ut_take(room, sizeof(float) * w.count);
    w.resample_plan = ut_take(room, w.resample_plan_bytes);
    w.features_plan = ut_take(room, w.features_plan_bytes);
    w.scratch = ut_take(room, w.scratch_bytes);
    w.features = ut_take(room, sizeof(float) * ut_feature_count(&model->settings));
    w.arena = ut_take(room, model->arena_bytes);
    return w;
}

size_t ut_clip_bytes(const ut_model *model, size_t count, uint32_t rate) {
    if (ut_resample_plan_bytes(rate, ut_rate(&model->settings)) == 0) return 0;
    ut_room room = {0};
    work_in(&room, model, count, rate);
    return ut_with_slack(room.used);
}

ut_status ut_clip_open(const ut_model *model, const float *samples, size_t count, uint32_t rate, void *work, size_t bytes,
                       ut_clip_work *opened) {
    const size_t needed = ut_clip_bytes(model, count, rate);
    if (needed == 0) return UT_BAD_RATE;
    if (bytes < needed) return UT_SMALL_BUFFER;
    ut_room room = {.base = ut_aligned(work)};
    const ut_clip_work w = *opened = work_in(&room, model, count, rate);
    ut_status status = ut_resample_plan(rate, ut_rate(&model->settings), w.resample_plan, w.resample_plan_bytes);
    if (status == UT_OK) status = ut_features_plan(&model->settings, w.features_plan, w.features_plan_bytes);
    if (status == UT_OK) ut_resample(w.resample_plan, samples, count, w.samples);
    return status;
}

ut_status ut_clip_take(const ut_model *model, const ut_clip_work *w, size_t segment, size_t *length) {
    size_t begin, end;
    ut_segment(&model->settings, w->count, segment, &begin, &end);
    *length = end - begin;
    return ut_features(w->features_plan, w->samples + begin, *length, w->scratch, w->scratch_bytes, w->features);
}

/* One segment after the other; the whole is their mean so far. */
ut_status ut_clip(const ut_model *model, const float *samples, size_t count, uint32_t rate, void *work, size_t bytes,
                  float *segment_scores, float *scores) {
    ut_clip_work w;
    ut_status status = ut_clip_open(model, samples, count, rate, work, bytes, &w);
    if (status != UT_OK) return status;
    double weight = 0.0;
    for (size_t c = 0; c < model->labels; c++) scores[c] = 0.0f;
    for (size_t i = 0; i < w.segments; i++) {
        size_t length;
        status = ut_clip_take(model, &w, i, &length);
        if (status != UT_OK) return status;
        float *row = segment_scores + i * model->labels;
        ut_score(model, w.features, length, row, w.arena);
        ut_score_join(row, model->labels, (double)length, weight, scores);
        weight += (double)length;
    }
    return w.segments ? UT_OK : UT_EMPTY;
}
