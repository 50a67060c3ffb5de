/* score.h: features of a segment to calibrated scores, and scores of segments to those of the whole. */
#ifndef UT_SCORE_H
#define UT_SCORE_H

#include "undertone_listener.h"

/* Scale, run, soften; the features, of a segment of `length` samples, are overwritten. Scores sum to 1. */
void ut_score(const ut_model *model, float *features, uint64_t length, float *scores, void *arena);

/* The parts of it. Scale in place and return what follows the sequence, the statistics, or the vector where there is none;
 * turn logits into scores, in place. */
float *ut_scale_features(const ut_model *model, float *features);
void ut_scores_of_logits(float *logits, size_t labels);

/* The next segment of a stream that is ready: 1 with its features and the network's arena, 0 if none is. */
int ut_listen_take(const ut_model *model, void *state, float **features, void **arena, uint64_t *begin, uint64_t *end);

/* A whole clip in its work. */
typedef struct ut_clip_work {
    float *samples; /* at the front end's rate */
    void *resample_plan, *features_plan, *scratch, *arena;
    float *features;
    size_t count, segments, resample_plan_bytes, features_plan_bytes, scratch_bytes;
} ut_clip_work;

/* Resample a clip; then the features of a segment, and its length. */
ut_status ut_clip_open(const ut_model *model, const float *samples, size_t count, uint32_t rate, void *work, size_t bytes,
                       ut_clip_work *opened);
ut_status ut_clip_take(const ut_model *model, const ut_clip_work *opened, size_t segment, size_t *length);

/* What the temperature of a segment is multiplied by, 1 or more: `x` is what the network is given, or
 * the statistics of it. */
double ut_softening(const ut_doubt *doubt, const float *x, size_t rows, size_t columns, double seconds);

/* The parts of it: the strangeness of a vector, squared; what a length shorter than usual multiplies. */
double ut_mean_square(const float *x, size_t count);
double ut_shortness(const ut_doubt *doubt, double seconds);

/* The mean so far of segments' scores, weighted by their lengths. `weight` is the sum of the lengths before. */
void ut_score_join(const float *scores, size_t labels, double length, double weight, float *mean);

#endif
