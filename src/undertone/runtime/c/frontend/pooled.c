/* pooled.c: the matrix of a clip: bands, cepstral coefficients, loudness, rms, zero crossings, pitch. None depends on the
 * level.
 *
 * The frames are those of melpitch.v1 (voice.c). They are laid out as a matrix with a row for each quantity; moments are
 * taken in the order of time, then all rows are sorted at once for the percentiles.
 */
#include "pooled.h"

#include "mathd.h"
#include "mathf.h"

const ut_melpitch_settings ut_pooled_settings = {{2 * UT_BANDS, 256, 50.0f, 7600.0f}, 0.0f, 13.8f};

static const float voiced = 0.6f;        /* voicing above which a frame has a pitch */
static const float middle = 5.19295685f; /* ln 180 Hz, half way from 65 to 500 Hz: the pitch is counted from there */

ut_pooled_plan ut_pooled_tables(ut_room *room) {
    ut_pooled_plan plan = {0};
    plan.frames = ut_take(room, ut_melpitch_plan_bytes(&ut_pooled_settings));
    plan.cosines = ut_take(room, sizeof(float) * UT_BANDS * UT_COEFFICIENTS);
    plan.rhythm = ut_rhythm_tables(room);
    return plan;
}

void ut_pooled_prepare(const ut_pooled_plan *plan, float trim_db) {
    ut_melpitch_settings settings = ut_pooled_settings;
    settings.trim_db = trim_db;
    ut_melpitch_plan(&settings, plan->frames, ut_melpitch_plan_bytes(&settings));
    for (int row = 0; row < UT_COEFFICIENTS; row++) {
        double scale = ut_sqrt_d((row ? 2.0 : 1.0) / (double)UT_BANDS);
        for (int band = 0; band < UT_BANDS; band++)
            plan->cosines[band * UT_COEFFICIENTS + row] =
                (float)(scale * ut_cos_turns((double)(row * (2 * band + 1)) / (double)(4 * UT_BANDS)));
    }
    ut_rhythm_prepare(&plan->rhythm);
}

int ut_pooled_voiced(const ut_voice_clip *clip, size_t frame) {
    return ut_voice_row(clip, frame)[clip->bands + UT_VOICE_VOICING] > voiced;
}

float ut_pooled_loudness(const ut_voice_clip *clip, size_t frame) {
    float loudness = ut_voice_row(clip, frame)[clip->bands + UT_VOICE_LOUDNESS];
    return ut_max(loudness - clip->loudest, -ut_pooled_settings.floor);
}

void ut_pooled_bands(const ut_voice_clip *clip, size_t frame, float bands[UT_BANDS]) {
    const float *row = ut_voice_row(clip, frame);
    for (size_t i = 0; i < UT_BANDS; i++)
        bands[i] = 0.5f * (ut_max(row[2 * i], clip->floor) + ut_max(row[2 * i + 1], clip->floor)) - clip->highest;
}

static float grand_mean(const ut_voice_clip *clip) {
    float sum = 0.0f, bands[UT_BANDS];
    for (size_t frame = 0; frame < clip->frames; frame++) {
        float here = 0.0f;
        ut_pooled_bands(clip, frame, bands);
        for (size_t i = 0; i < UT_BANDS; i++) here += bands[i];
        sum += here * (1.0f / (float)UT_BANDS);
    }
    return sum / (float)clip->frames;
}

static float largest_rms(const ut_voice_clip *clip) {
    float most = 0.0f;
    for (size_t i = 0; i < clip->frames; i++) most = ut_max(most, ut_voice_row(clip, i)[clip->bands + UT_VOICE_RMS]);
    return most;
}

static void fill(const ut_pooled_plan *plan, const ut_voice_clip *clip, float mean, const ut_matrix *m) {
    float rms = largest_rms(clip), bands[UT_BANDS], coefficients[UT_COEFFICIENTS];
    for (size_t frame = 0; frame < clip->frames; frame++) {
        const float *extra = ut_voice_row(clip, frame) + clip->bands;
        ut_pooled_bands(clip, frame, bands);
        for (size_t row = 0; row < UT_COEFFICIENTS; row++) coefficients[row] = 0.0f;
        for (size_t i = 0; i < UT_BANDS; i++) {
            bands[i] -= mean;
            for (size_t row = 0; row < UT_COEFFICIENTS; row++)
                coefficients[row] += plan->cosines[i * UT_COEFFICIENTS + row] * bands[i];
        }
        for (size_t i = 0; i < UT_BANDS; i++) *ut_matrix_value(m, i, frame) = bands[i];
        for (size_t i = 0; i < UT_COEFFICIENTS; i++) *ut_matrix_value(m, UT_BANDS + i, frame) = coefficients[i];
        *ut_matrix_value(m, UT_LOUDNESS, frame) = ut_pooled_loudness(clip, frame);
        *ut_matrix_value(m, UT_RMS, frame) = rms > 0.0f ? extra[UT_VOICE_RMS] / rms : 0.0f;
        *ut_matrix_value(m, UT_ZCR, frame) = extra[UT_VOICE_ZCR];
        *ut_matrix_value(m, UT_PITCH, frame) =
            ut_pooled_voiced(clip, frame) ? ut_ln(extra[UT_VOICE_F0]) - middle : UT_NO_PITCH;
    }
}

void ut_pooled_in_time(const ut_pooled_plan *plan, const float *frames, size_t count, const ut_matrix *matrix, ut_pooled *p) {
    p->count = count;
    p->clip = ut_voice_clip_of(&ut_pooled_settings, frames, matrix->frames);
    p->matrix = *matrix;
    p->mean = grand_mean(&p->clip);
    fill(plan, &p->clip, p->mean, matrix);
    ut_matrix_moments(matrix, p->moments);
    ut_rhythm(&plan->rhythm, matrix, UT_LOUDNESS, ut_pooled_moment(p, UT_MEAN, UT_LOUDNESS), p->rhythm);
    ut_contour_in_time(&p->clip, matrix, UT_PITCH, p->contour);
}

void ut_pooled_sort(ut_pooled *p) {
    ut_matrix_sort(&p->matrix);
    ut_contour_sorted(&p->matrix, UT_PITCH, p->contour);
}
