/* undertone_listener.h: from sound to scores with a compiled model; the compiled NAME.h calls these with its own model.
 *
 *     streaming    ut_listen_start, then ut_listen_feed and ut_listen_result in turns, then ut_listen_end
 *     whole clip   ut_clip
 *
 * Both give the same bits for the same sound, however it is cut into pieces. Freestanding C11: no allocation, no I/O,
 * no global that changes; the caller owns all memory, a state belongs to one stream, a model may be shared by threads.
 */
#ifndef UNDERTONE_LISTENER_H
#define UNDERTONE_LISTENER_H

#include "undertone.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What segments of the training were like: one that is stranger than `limit`, or shorter than `usual_s` seconds, softens
 * its own answer. A limit of 0: no doubt. */
typedef struct ut_doubt {
    double limit, usual_s;
    const float *mean, *inv_scale; /* of each column's mean and log variance over time; NULL where features are a vector */
} ut_doubt;

/* A compiled model. `run` turns scaled features of a segment into probabilities; its arena is aligned to 64. */
typedef struct ut_model {
    ut_settings settings;
    uint32_t rate; /* of the microphone: what is fed */
    size_t labels;
    const char *const *label_names;
    const float *mean, *inv_scale; /* z = (f - mean) * inv_scale; of ut_feature_columns, then of ut_feature_statistics */
    double temperature;            /* scores = softmax(log p / (temperature * softening)) */
    void (*run)(const float *features, float *probabilities, void *arena);
    size_t arena_bytes;
    const char *name, *sha256;
    ut_doubt doubt;
    float unknown_below; /* a best score below it is no answer; 0: every answer counts */
} ut_model;

/* The number of the best score, the first of equals; -1, "unknown", where it lies below model->unknown_below. */
int ut_best(const ut_model *model, const float *scores);

/* ---- sound that is still coming in; segmentation UT_GRID ------------------------------------------------------- */

/* Bytes of state; 0: the model's segments have no bounded length, or its rate is out of range. Alignment is any. */
size_t ut_listen_bytes(const ut_model *model);

/* Begin to listen: UT_OK, UT_BAD_SETTINGS or UT_SMALL_BUFFER. Fills tables, so it takes longer than a feed. */
ut_status ut_listen_start(const ut_model *model, void *state, size_t bytes);

/* Take in mono samples at model->rate, full scale 1 (finite: NaN gives NaN), or 16-bit ones; any number. How many were
 * consumed comes back: less than `count` while a result waits. */
size_t ut_listen_feed(const ut_model *model, void *state, const float *samples, size_t count);
size_t ut_listen_feed_pcm(const ut_model *model, void *state, const int16_t *samples, size_t count);

/* No more samples will come: what is left becomes the last segment. */
void ut_listen_end(const ut_model *model, void *state);

/* 1 with the scores of the next segment and its place in samples at ut_rate(&model->settings), or 0 if none is ready.
 * Features and network run here. */
int ut_listen_result(const ut_model *model, void *state, float *scores, uint64_t *begin, uint64_t *end);

/* ---- a whole clip, at any rate --------------------------------------------------------------------------------- */

size_t ut_clip_segments(const ut_model *model, size_t count, uint32_t rate);

/* Where segment i lies, in samples at ut_rate(&model->settings). */
void ut_clip_place(const ut_model *model, size_t count, uint32_t rate, size_t i, size_t *begin, size_t *end);

/* Bytes of work for a clip of `count` samples; 0 if the rate is out of range. */
size_t ut_clip_bytes(const ut_model *model, size_t count, uint32_t rate);

/* Scores of each segment (segments * labels) and of the whole, which is their mean weighted by length: UT_OK,
 * UT_BAD_SETTINGS, UT_BAD_RATE, UT_EMPTY or UT_SMALL_BUFFER. */
ut_status ut_clip(const ut_model *model, const float *samples, size_t count, uint32_t rate, void *work, size_t bytes,
                  float *segment_scores, float *scores);

/* ---- golden vectors -------------------------------------------------------------------------------------------- */

/* Sound, and the scores of the whole that were recorded for it when the model was made. */
typedef struct ut_golden {
    const char *name;
    uint32_t rate;
    size_t count, segments;
    const int16_t *pcm;
    const float *scores;
} ut_golden;

#define UT_GOLDEN_TOLERANCE 1e-3f /* of a score: other processors round otherwise */

/* Stream the golden sounds that have the model's rate; return how many give other scores or another number of segments
 * than was recorded, or -1 if none could be replayed. The largest difference of a score goes to *largest; `work` has
 * room for 2 * labels. */
int ut_listen_check(const ut_model *model, void *state, size_t bytes, const ut_golden *golden, size_t count,
                    float *work, float *largest);

#ifdef __cplusplus
}
#endif
#endif
