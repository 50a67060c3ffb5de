/* contour.c: how high a voice is, how it moves, how much of it there is. */
#include "contour.h"

#include "mathf.h"

static const float frame_s = 256.0f / 16000.0f;

static int heard(float pitch) { return pitch < UT_NO_PITCH; }

/* What sums over voiced frames give. */
typedef struct sums {
    size_t voiced;
    float pitch, time;
} sums;

static sums means_of(const ut_matrix *m, size_t row) {
    sums s = {0};
    for (size_t i = 0; i < m->frames; i++) {
        float pitch = *ut_matrix_value(m, row, i);
        if (!heard(pitch)) continue;
        s.voiced++;
        s.pitch += pitch;
        s.time += (float)i;
    }
    if (s.voiced == 0) return s;
    s.pitch /= (float)s.voiced;
    s.time /= (float)s.voiced;
    return s;
}

/* Deviation from the mean, and the line of least squares through the voiced frames. */
static void spread_and_slope(const ut_matrix *m, size_t row, const sums *s, float *deviation, float *slope) {
    float squares = 0.0f, products = 0.0f, times = 0.0f;
    for (size_t i = 0; i < m->frames; i++) {
        float pitch = *ut_matrix_value(m, row, i), off = pitch - s->pitch, late = (float)i - s->time;
        if (!heard(pitch)) continue;
        squares += off * off;
        products += off * late;
        times += late * late;
    }
    *deviation = ut_sqrt(squares / (float)s->voiced);
    *slope = times > 0.0f ? products / (times * frame_s) : 0.0f;
}

static float mean_step(const ut_matrix *m, size_t row) {
    float sum = 0.0f;
    size_t steps = 0;
    for (size_t i = 1; i < m->frames; i++) {
        float before = *ut_matrix_value(m, row, i - 1), here = *ut_matrix_value(m, row, i);
        if (!heard(before) || !heard(here)) continue;
        sum += ut_abs(here - before);
        steps++;
    }
    return steps ? sum / (float)steps : 0.0f;
}

/* Mean of the first third of the voiced frames (rounded down, at least one) less that of the last. */
static float fall(const ut_matrix *m, size_t row, size_t voiced) {
    size_t third = voiced >= 3 ? voiced / 3 : 1, seen = 0;
    float first = 0.0f, last = 0.0f;
    for (size_t i = 0; i < m->frames; i++) {
        float pitch = *ut_matrix_value(m, row, i);
        if (!heard(pitch)) continue;
        if (seen < third) first += pitch;
        if (seen + third >= voiced) last += pitch;
        seen++;
    }
    return (first - last) / (float)third;
}

static void voicing(const ut_voice_clip *clip, float *mean, float *deviation) {
    float sum = 0.0f, squares = 0.0f, each = 1.0f / (float)clip->frames;
    for (size_t i = 0; i < clip->frames; i++) sum += ut_voice_row(clip, i)[clip->bands + UT_VOICE_VOICING];
    *mean = sum * each;
    for (size_t i = 0; i < clip->frames; i++) {
        float off = ut_voice_row(clip, i)[clip->bands + UT_VOICE_VOICING] - *mean;
        squares += off * off;
    }
    *deviation = ut_sqrt(squares * each);
}

void ut_contour_in_time(const ut_voice_clip *clip, const ut_matrix *m, size_t row, float out[UT_CONTOUR_SIZE]) {
    const sums s = means_of(m, row);
    for (size_t i = 0; i < UT_CONTOUR_SIZE; i++) out[i] = 0.0f;
    out[11] = (float)s.voiced / (float)m->frames;
    voicing(clip, &out[12], &out[13]);
    if (s.voiced == 0) return;
    out[0] = s.pitch;
    spread_and_slope(m, row, &s, &out[1], &out[9]);
    out[8] = mean_step(m, row);
    out[10] = fall(m, row, s.voiced);
}

void ut_contour_sorted(const ut_matrix *m, size_t row, float out[UT_CONTOUR_SIZE]) {
    static const float shares[] = {0.05f, 0.25f, 0.5f, 0.75f, 0.95f};
    size_t voiced = 0;
    while (voiced < m->frames && heard(*ut_matrix_value(m, row, voiced))) voiced++;
    if (voiced == 0) return;
    for (size_t i = 0; i < 5; i++) out[2 + i] = ut_matrix_quantile(m, row, voiced, shares[i]);
    out[7] = out[6] - out[2];
}
