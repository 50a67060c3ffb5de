/* average_spectrum.c: how voiced, loud and soft frames sound beside all of them. */
#include "average_spectrum.h"

enum { VOICED = 0, LOUD, SOFT };

static const size_t fewest = 4; /* voiced frames */

/* The share is told in tenths, so that a place on a frame is on it exactly: that frame then is within both sides. */
static float loudness_quantile(const ut_matrix *sorted, size_t tenths) {
    size_t place = tenths * (sorted->frames - 1), below = place / 10;
    float low = *ut_matrix_value(sorted, UT_LOUDNESS, below);
    if (place % 10 == 0) return low;
    float high = *ut_matrix_value(sorted, UT_LOUDNESS, below + 1);
    return low + (float)(place % 10) * 0.1f * (high - low);
}

void ut_average_spectra(const ut_pooled *p, float out[UT_AVERAGE_SPECTRA * UT_BANDS]) {
    const float loud = loudness_quantile(&p->matrix, 7), soft = loudness_quantile(&p->matrix, 3);
    size_t counts[UT_AVERAGE_SPECTRA] = {0};
    float bands[UT_BANDS];
    for (size_t i = 0; i < UT_AVERAGE_SPECTRA * UT_BANDS; i++) out[i] = 0.0f;
    for (size_t frame = 0; frame < p->clip.frames; frame++) {
        const float loudness = ut_pooled_loudness(&p->clip, frame);
        const int within[UT_AVERAGE_SPECTRA] = {
            [VOICED] = ut_pooled_voiced(&p->clip, frame), [LOUD] = loudness >= loud, [SOFT] = loudness <= soft};
        ut_pooled_bands(&p->clip, frame, bands);
        for (size_t i = 0; i < UT_BANDS; i++) bands[i] = bands[i] - p->mean - ut_pooled_moment(p, UT_MEAN, i);
        for (size_t kind = 0; kind < UT_AVERAGE_SPECTRA; kind++) {
            if (!within[kind]) continue;
            counts[kind]++;
            for (size_t i = 0; i < UT_BANDS; i++) out[kind * UT_BANDS + i] += bands[i];
        }
    }
    if (counts[VOICED] < fewest)
        for (size_t i = 0; i < UT_BANDS; i++) out[VOICED * UT_BANDS + i] = 0.0f;
    for (size_t kind = 0; kind < UT_AVERAGE_SPECTRA; kind++)
        for (size_t i = 0; i < UT_BANDS; i++) out[kind * UT_BANDS + i] /= (float)(counts[kind] ? counts[kind] : 1);
}
