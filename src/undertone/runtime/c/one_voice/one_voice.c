/* one_voice.c: a segment is answered by what was heard of its voice before, and then heard itself. */
#include "undertone_one_voice.h"

#include "../frontend/mathd.h"
#include "score.h"

static double after(double segments, double hesitation) { return segments / (segments + hesitation); }

static double within_voice(const ut_voice_lines *lines, const float *mean, const float *z) {
    double squares = 0.0;
    for (size_t i = 0; i < lines->statistics; i++) {
        const double own = ((double)z[i] - (double)mean[i]) * (double)lines->within[i];
        squares += own * own;
    }
    return squares / (double)lines->statistics;
}

static double dot(const float *weights, const float *z, size_t count) {
    double sum = 0.0;
    for (size_t i = 0; i < count; i++) sum += (double)weights[i] * (double)z[i];
    return sum;
}

static double dot_less(const float *weights, const float *z, const float *mean, size_t count) {
    double sum = 0.0;
    for (size_t i = 0; i < count; i++) sum += (double)weights[i] * ((double)z[i] - (double)mean[i]);
    return sum;
}

static int any_nan(const float *p, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (p[i] != p[i]) return 1;
    return 0;
}

/* Move the logits by what is known, and hear what the network said beside its line. */
static void answer(const ut_voice_lines *lines, const ut_voice *voice, const float *z, size_t labels, double temperature,
                   int heard, float *p) {
    const double n = (double)*voice->segments;
    const double share = after(n, lines->hesitation), away = after(n, lines->rest_hesitation);
    double level = 0.0;
    for (size_t c = 0; c < labels; c++) level += (double)voice->rest[c] / (double)labels;
    for (size_t c = 0; c < labels; c++) {
        const size_t row = c * lines->statistics;
        const double general = dot(lines->general + row, z, lines->statistics) + (double)lines->general_bias[c];
        const double personal =
            dot_less(lines->personal + row, z, voice->mean, lines->statistics) + (double)lines->personal_bias[c];
        const double said = ut_log_d(p[c] > 1e-30f ? (double)p[c] : 1e-30), rest = (double)voice->rest[c];
        p[c] = (float)((said + share * (personal - general) - away * (rest - level)) / temperature);
        if (heard) voice->rest[c] = (float)(rest + (said - general - rest) / (n + 1.0));
    }
    ut_scores_of_logits(p, labels);
}

static void hear(const ut_voice_lines *lines, const ut_voice *voice, const float *z) {
    *voice->segments += 1u;
    const double n = (double)*voice->segments;
    for (size_t i = 0; i < lines->statistics; i++)
        voice->mean[i] = (float)((double)voice->mean[i] + ((double)z[i] - (double)voice->mean[i]) / n);
}

/* What doubt multiplies the temperature by; *strange is how many times the general limit. */
static double softening(const ut_model *model, const ut_voice_lines *lines, const ut_voice *voice, const float *z,
                        double seconds, double *strange) {
    const ut_doubt *doubt = &model->doubt;
    *strange = 0.0;
    if (!(doubt->limit > 0.0)) return 1.0;
    const double share = after((double)*voice->segments, lines->hesitation);
    const double general = ut_mean_square(z, lines->statistics) / (doubt->limit * doubt->limit);
    const double own = within_voice(lines, voice->mean, z) / (lines->limit * lines->limit);
    const double beyond = ut_sqrt_d((1.0 - share) * general + share * own);
    *strange = ut_sqrt_d(general);
    return (beyond > 1.0 ? beyond : 1.0) * ut_shortness(doubt, seconds);
}

static void score(const ut_model *model, const ut_voice_lines *lines, const ut_voice *voice, float *features,
                  uint64_t length, float *scores, void *arena) {
    const float *z = ut_scale_features(model, features);
    const double seconds = (double)length / (double)ut_rate(&model->settings);
    double strange;
    const double softer = softening(model, lines, voice, z, seconds, &strange);
    model->run(features, scores, arena);
    if (any_nan(scores, model->labels)) return;
    const int heard = strange <= lines->unheard;
    answer(lines, voice, z, model->labels, model->temperature * softer, heard, scores);
    if (heard) hear(lines, voice, z);
}

void ut_voice_forget(const ut_model *model, const ut_voice_lines *lines, const ut_voice *voice) {
    *voice->segments = 0;
    for (size_t i = 0; i < lines->statistics; i++) voice->mean[i] = 0.0f;
    for (size_t c = 0; c < model->labels; c++) voice->rest[c] = 0.0f;
}

int ut_voice_result(const ut_model *model, const ut_voice_lines *lines, const ut_voice *voice, void *state,
                    float *scores, uint64_t *begin, uint64_t *end) {
    float *features;
    void *arena;
    if (!ut_listen_take(model, state, &features, &arena, begin, end)) return 0;
    score(model, lines, voice, features, *end - *begin, scores, arena);
    return 1;
}

/* As ut_clip, but for who scores. */
ut_status ut_voice_clip(const ut_model *model, const ut_voice_lines *lines, const ut_voice *voice, const float *samples,
                        size_t count, uint32_t rate, void *work, size_t bytes, float *segment_scores, float *scores) {
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
        score(model, lines, voice, w.features, length, row, w.arena);
        ut_score_join(row, model->labels, (double)length, weight, scores);
        weight += (double)length;
    }
    return w.segments ? UT_OK : UT_EMPTY;
}
