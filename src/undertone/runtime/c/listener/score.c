/* score.c: scaler, network, calibration. */
#include "score.h"

#include "../frontend/mathd.h"

/* softmax(log(max(p, 1e-30)) / temperature), in place. A probability that is no number stays one. */
static void calibrate(float *p, size_t labels, double temperature) {
    for (size_t c = 0; c < labels; c++) {
        if (p[c] != p[c]) return;
        p[c] = (float)(ut_log_d(p[c] > 1e-30f ? (double)p[c] : 1e-30) / temperature);
    }
    ut_scores_of_logits(p, labels);
}

void ut_scores_of_logits(float *p, size_t labels) {
    double largest = -1e300, sum = 0.0;
    for (size_t c = 0; c < labels; c++) largest = (double)p[c] > largest ? (double)p[c] : largest;
    for (size_t c = 0; c < labels; c++) {
        double below = (double)p[c] - largest;
        p[c] = below < -80.0 ? 0.0f : (float)ut_exp_d(below);
        sum += (double)p[c];
    }
    for (size_t c = 0; c < labels; c++) p[c] = (float)((double)p[c] / sum);
}

static void scale(const float *mean, const float *inv_scale, float *x, size_t count) {
    for (size_t i = 0; i < count; i++) x[i] = (x[i] - mean[i]) * inv_scale[i];
}

float *ut_scale_features(const ut_model *model, float *features) {
    const size_t rows = ut_feature_rows(&model->settings), columns = ut_feature_columns(&model->settings);
    const size_t statistics = ut_feature_statistics(&model->settings);
    float *behind = features + rows * columns;
    for (size_t row = 0; row < rows; row++) scale(model->mean, model->inv_scale, features + row * columns, columns);
    scale(model->mean + columns, model->inv_scale + columns, behind, statistics);
    return statistics ? behind : features;
}

void ut_score(const ut_model *model, float *features, uint64_t length, float *scores, void *arena) {
    const size_t rows = ut_feature_rows(&model->settings), columns = ut_feature_columns(&model->settings);
    const size_t statistics = ut_feature_statistics(&model->settings);
    const float *behind = ut_scale_features(model, features);
    const double seconds = (double)length / (double)ut_rate(&model->settings);
    const double softening = statistics ? ut_softening(&model->doubt, behind, 1, statistics, seconds)
                                        : ut_softening(&model->doubt, features, rows, columns, seconds);
    model->run(features, scores, arena);
    calibrate(scores, model->labels, model->temperature * softening);
}

void ut_score_join(const float *scores, size_t labels, double length, double weight, float *mean) {
    for (size_t c = 0; c < labels; c++)
        mean[c] = (float)((weight * (double)mean[c] + length * (double)scores[c]) / (weight + length));
}
