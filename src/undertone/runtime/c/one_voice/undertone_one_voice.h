/* undertone_one_voice.h: a compiled model that follows one voice, without enrolment; NAME_one_voice.h calls these.
 *
 * Each segment is answered by what the segments before it told of the voice, and heard then. What is known are the count
 * n of segments, the mean of their scaled statistics z, and the mean r of the logits that the network adds to its line.
 * They move the logits of a segment by
 *
 *     a (personal line of (z - mean) - general line of z) - b (r - mean of r)       a = n / (n + 20), b = n / (n + 10)
 *
 * Before anything was heard that is 0. It assumes that one person speaks, and that what was heard covers the ways of
 * speaking about evenly. recognition/one_voice.py does the same.
 */
#ifndef UNDERTONE_ONE_VOICE_H
#define UNDERTONE_ONE_VOICE_H

#include "undertone_listener.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Two lines over scaled statistics: `general` is the one in the network. Weights are (labels, statistics). */
typedef struct ut_voice_lines {
    size_t statistics;
    const float *general, *general_bias, *personal, *personal_bias;
    const float *within;                /* z - mean, times it: how strange a segment is for the voice */
    double limit;                       /* of that; see ut_doubt */
    double hesitation, rest_hesitation; /* the 20 and the 10 above */
    double unheard;                     /* a segment of more general limits than these tells nothing of the voice */
} ut_voice_lines;

/* Where a voice's numbers lie: the caller's memory. */
typedef struct ut_voice {
    uint32_t *segments; /* how many were heard */
    float *mean, *rest; /* statistics, labels */
} ut_voice;

/* Nobody was heard yet. */
void ut_voice_forget(const ut_model *model, const ut_voice_lines *lines, const ut_voice *voice);

/* As ut_listen_result and ut_clip; the voice goes on with what was heard. */
int ut_voice_result(const ut_model *model, const ut_voice_lines *lines, const ut_voice *voice, void *state,
                    float *scores, uint64_t *begin, uint64_t *end);
ut_status ut_voice_clip(const ut_model *model, const ut_voice_lines *lines, const ut_voice *voice, const float *samples,
                        size_t count, uint32_t rate, void *work, size_t bytes, float *segment_scores, float *scores);

#ifdef __cplusplus
}
#endif
#endif
