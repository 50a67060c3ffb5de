/* intonation.c: how far a voice rises and falls, and whether it is louder or brighter where it is higher. */
#include "intonation.h"

#include "mathf.h"

enum { QUANTILES = 6, DEVIATION = QUANTILES, STEP, CORRELATION, BESIDE = 9, QUANTITIES = BESIDE + 1 };

static const size_t fewest = 9; /* frames with a pitch */

static size_t voiced_frames(const ut_voice_clip *clip) {
    size_t count = 0;
    for (size_t frame = 0; frame < clip->frames; frame++) count += ut_pooled_voiced(clip, frame) ? 1u : 0u;
    return count;
}

/* Pitch, then what goes beside it. */
static void quantities_of(const ut_pooled *p, size_t frame, float out[QUANTITIES]) {
    out[0] = *ut_matrix_value(&p->matrix, UT_PITCH, frame);
    for (size_t i = 0; i + 1 < BESIDE; i++) out[1 + i] = *ut_matrix_value(&p->matrix, UT_BANDS + i, frame);
    out[BESIDE] = *ut_matrix_value(&p->matrix, UT_LOUDNESS, frame);
}

/* Means of voiced frames, counted from the first of them: what is the same in all has a mean and a deviation of 0 exactly.
 * Answers the mean size of the pitch's steps. */
static float means_of(const ut_pooled *p, float first[QUANTITIES], float means[QUANTITIES]) {
    float here[QUANTITIES], before = 0.0f, steps = 0.0f;
    size_t seen = 0;
    for (size_t i = 0; i < QUANTITIES; i++) means[i] = first[i] = 0.0f;
    for (size_t frame = 0; frame < p->clip.frames; frame++) {
        if (!ut_pooled_voiced(&p->clip, frame)) continue;
        quantities_of(p, frame, seen ? here : first);
        for (size_t i = 0; seen && i < QUANTITIES; i++) means[i] += here[i] - first[i];
        steps += seen ? ut_abs(here[0] - before) : 0.0f;
        before = seen ? here[0] : first[0];
        seen++;
    }
    for (size_t i = 0; i < QUANTITIES; i++) means[i] /= (float)seen;
    return steps / (float)(seen - 1);
}

void ut_intonation_in_time(const ut_pooled *p, float out[UT_INTONATION_SIZE]) {
    const size_t voiced = voiced_frames(&p->clip);
    float here[QUANTITIES], first[QUANTITIES], means[QUANTITIES], squares[QUANTITIES] = {0}, products[QUANTITIES] = {0};
    for (size_t i = 0; i < UT_INTONATION_SIZE; i++) out[i] = 0.0f;
    if (voiced < fewest) return;
    out[STEP] = means_of(p, first, means);
    for (size_t frame = 0; frame < p->clip.frames; frame++) {
        if (!ut_pooled_voiced(&p->clip, frame)) continue;
        quantities_of(p, frame, here);
        for (size_t i = 0; i < QUANTITIES; i++) here[i] = here[i] - first[i] - means[i];
        for (size_t i = 0; i < QUANTITIES; i++) squares[i] += here[i] * here[i];
        for (size_t i = 0; i < QUANTITIES; i++) products[i] += here[i] * here[0];
    }
    out[DEVIATION] = ut_sqrt(squares[0] / (float)voiced);
    for (size_t i = 0; i < BESIDE; i++) {
        float deviations = ut_sqrt(squares[0]) * ut_sqrt(squares[1 + i]);
        out[CORRELATION + i] = deviations > 0.0f ? products[1 + i] / deviations : 0.0f;
    }
}

void ut_intonation_sorted(const ut_pooled *p, float out[UT_INTONATION_SIZE]) {
    static const float shares[QUANTILES] = {0.02f, 0.1f, 0.25f, 0.75f, 0.9f, 0.98f};
    const size_t voiced = voiced_frames(&p->clip);
    if (voiced < fewest) return;
    const float median = ut_matrix_quantile(&p->matrix, UT_PITCH, voiced, 0.5f);
    for (size_t i = 0; i < QUANTILES; i++) out[i] = ut_matrix_quantile(&p->matrix, UT_PITCH, voiced, shares[i]) - median;
}
