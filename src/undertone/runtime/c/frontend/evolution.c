/* evolution.c: the first terms of a cosine transform over the whole of a clip: falling, rising, hollow or hilly. */
#include "evolution.h"

#include "mathd.h"

static void rows_of(const ut_pooled *p, size_t frame, float out[UT_EVOLVING]) {
    const ut_matrix *m = &p->matrix;
    for (size_t i = 0; i < UT_COEFFICIENTS; i++)
        *out++ = *ut_matrix_value(m, UT_BANDS + i, frame) - ut_pooled_moment(p, UT_MEAN, UT_BANDS + i);
    *out++ = *ut_matrix_value(m, UT_LOUDNESS, frame) - ut_pooled_moment(p, UT_MEAN, UT_LOUDNESS);
    *out++ = ut_pooled_voiced(&p->clip, frame) ? *ut_matrix_value(m, UT_PITCH, frame) - p->contour[UT_CONTOUR_PITCH] : 0.0f;
    *out++ = ut_voice_row(&p->clip, frame)[p->clip.bands + UT_VOICE_VOICING] - p->contour[UT_CONTOUR_VOICING];
}

void ut_evolution(const ut_pooled *p, float out[UT_EVOLUTIONS * UT_EVOLVING]) {
    const size_t frames = p->clip.frames;
    float rows[UT_EVOLVING];
    for (size_t i = 0; i < UT_EVOLUTIONS * UT_EVOLVING; i++) out[i] = 0.0f;
    for (size_t frame = 0; frame < frames; frame++) {
        rows_of(p, frame, rows);
        for (size_t k = 0; k < UT_EVOLUTIONS; k++) {
            float wave = (float)ut_cos_turns((double)((k + 1) * (2 * frame + 1)) / (double)(4 * frames));
            for (size_t i = 0; i < UT_EVOLVING; i++) out[k * UT_EVOLVING + i] += rows[i] * wave;
        }
    }
    for (size_t i = 0; i < UT_EVOLUTIONS * UT_EVOLVING; i++) out[i] /= (float)frames;
}
