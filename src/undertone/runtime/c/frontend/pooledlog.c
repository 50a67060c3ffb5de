/* pooledlog.c: pooledlog.v1, a clip as statistics of its frames: bands, cepstral coefficients, their changes, pitch,
 * loudness, the rhythm of the loudness, rms and zero crossings. None depends on the level.
 *
 * The frames are those of melpitch.v1 (voice.c). They are laid out as a matrix with a row for each quantity; moments are
 * taken in the order of time, then all rows are sorted at once for the percentiles.
 */
#include "pooledlog.h"

#include "contour.h"
#include "mathd.h"
#include "mathf.h"
#include "matrix.h"
#include "melpitch.h"
#include "rhythm.h"

enum { BANDS = 32, COEFFICIENTS = 20 };
enum { LOUDNESS = BANDS + COEFFICIENTS, RMS, ZCR, PITCH, ROWS };

static const ut_melpitch_settings settings = {{2 * BANDS, 256, 50.0f, 7600.0f}, 0.0f, 13.8f};
static const float voiced = 0.6f;      /* voicing above which a frame has a pitch */
static const float middle = 5.19295685f; /* ln 180 Hz, half way from 65 to 500 Hz: the pitch is counted from there */
static const float near_peak = 2.0f;   /* nats */

/* Where the tables lie. */
typedef struct pooledlog_plan {
    void *frames;
    float *cosines; /* COEFFICIENTS for each band: orthonormal DCT-II */
    ut_rhythm_plan rhythm;
} pooledlog_plan;

typedef struct pooledlog_scratch {
    float *frames;
    void *group; /* scratch of ut_melpitch_frames */
    size_t group_bytes;
    ut_matrix matrix;
} pooledlog_scratch;

static pooledlog_plan tables(ut_room *room) {
    pooledlog_plan plan = {0};
    plan.frames = ut_take(room, ut_melpitch_plan_bytes(&settings));
    plan.cosines = ut_take(room, sizeof(float) * BANDS * COEFFICIENTS);
    plan.rhythm = ut_rhythm_tables(room);
    return plan;
}

static pooledlog_scratch lay_out(ut_room *room, size_t count) {
    pooledlog_scratch s = {0};
    size_t frames = ut_melpitch_frame_count(&settings, count);
    s.frames = ut_take(room, sizeof(float) * frames * ut_melpitch_frame_width(&settings));
    s.group_bytes = ut_melpitch_frames_scratch_bytes(&settings);
    s.group = ut_take(room, s.group_bytes);
    s.matrix = ut_matrix_in(room, ROWS, frames);
    return s;
}

size_t ut_pooledlog_plan_bytes(void) {
    ut_room room = {0};
    tables(&room);
    return room.used;
}

size_t ut_pooledlog_scratch_bytes(size_t count) {
    ut_room room = {0};
    lay_out(&room, count);
    return room.used;
}

void ut_pooledlog_prepare(void *memory) {
    ut_room room = {.base = memory};
    const pooledlog_plan plan = tables(&room);
    ut_melpitch_plan(&settings, plan.frames, ut_melpitch_plan_bytes(&settings));
    for (int row = 0; row < COEFFICIENTS; row++) {
        double scale = ut_sqrt_d((row ? 2.0 : 1.0) / (double)BANDS);
        for (int band = 0; band < BANDS; band++)
            plan.cosines[band * COEFFICIENTS + row] =
                (float)(scale * ut_cos_turns((double)(row * (2 * band + 1)) / (double)(4 * BANDS)));
    }
    ut_rhythm_prepare(&plan.rhythm);
}

/* Pairs of floored bands, averaged, less the clip's largest band: what is 0 everywhere stays 0. */
static void pairs(const ut_voice_clip *clip, size_t frame, float bands[BANDS]) {
    const float *row = ut_voice_row(clip, frame);
    for (size_t i = 0; i < BANDS; i++)
        bands[i] = 0.5f * (ut_max(row[2 * i], clip->floor) + ut_max(row[2 * i + 1], clip->floor)) - clip->highest;
}

static float grand_mean(const ut_voice_clip *clip) {
    float sum = 0.0f, bands[BANDS];
    for (size_t frame = 0; frame < clip->frames; frame++) {
        float here = 0.0f;
        pairs(clip, frame, bands);
        for (size_t i = 0; i < BANDS; i++) here += bands[i];
        sum += here * (1.0f / (float)BANDS);
    }
    return sum / (float)clip->frames;
}

static float largest_rms(const ut_voice_clip *clip) {
    float most = 0.0f;
    for (size_t i = 0; i < clip->frames; i++) most = ut_max(most, ut_voice_row(clip, i)[clip->bands + UT_VOICE_RMS]);
    return most;
}

static void fill(const pooledlog_plan *plan, const ut_voice_clip *clip, const ut_matrix *m) {
    float mean = grand_mean(clip), rms = largest_rms(clip), bands[BANDS], coefficients[COEFFICIENTS];
    for (size_t frame = 0; frame < clip->frames; frame++) {
        const float *extra = ut_voice_row(clip, frame) + clip->bands;
        pairs(clip, frame, bands);
        for (size_t row = 0; row < COEFFICIENTS; row++) coefficients[row] = 0.0f;
        for (size_t i = 0; i < BANDS; i++) {
            bands[i] -= mean;
            for (size_t row = 0; row < COEFFICIENTS; row++) coefficients[row] += plan->cosines[i * COEFFICIENTS + row] * bands[i];
        }
        for (size_t i = 0; i < BANDS; i++) *ut_matrix_value(m, i, frame) = bands[i];
        for (size_t i = 0; i < COEFFICIENTS; i++) *ut_matrix_value(m, BANDS + i, frame) = coefficients[i];
        *ut_matrix_value(m, LOUDNESS, frame) = ut_max(extra[UT_VOICE_LOUDNESS] - clip->loudest, -settings.floor);
        *ut_matrix_value(m, RMS, frame) = rms > 0.0f ? extra[UT_VOICE_RMS] / rms : 0.0f;
        *ut_matrix_value(m, ZCR, frame) = extra[UT_VOICE_ZCR];
        int heard = extra[UT_VOICE_VOICING] > voiced;
        *ut_matrix_value(m, PITCH, frame) = heard ? ut_ln(extra[UT_VOICE_F0]) - middle : UT_NO_PITCH;
    }
}

/* What is written next to what; `out` moves on. */
static void put_moment(float **out, const float *moments, size_t moment, size_t first, size_t rows) {
    for (size_t i = 0; i < rows; i++) *(*out)++ = moments[moment * ROWS + first + i];
}

static void put_quantile(float **out, const ut_matrix *sorted, float share, size_t first, size_t rows) {
    for (size_t i = 0; i < rows; i++) *(*out)++ = ut_matrix_quantile(sorted, first + i, sorted->frames, share);
}

/* Mean, deviation, 10, 50 and 90 percent of some rows. */
static void put_spread(float **out, const float *moments, const ut_matrix *sorted, size_t first, size_t rows) {
    static const float shares[] = {0.1f, 0.5f, 0.9f};
    put_moment(out, moments, UT_MEAN, first, rows);
    put_moment(out, moments, UT_DEVIATION, first, rows);
    for (size_t i = 0; i < 3; i++) put_quantile(out, sorted, shares[i], first, rows);
}

static void put_steps(float **out, const float *moments, size_t first, size_t rows) {
    put_moment(out, moments, UT_STEP, first, rows);
    put_moment(out, moments, UT_STEP_DEVIATION, first, rows);
}

static void put_loudness(float **out, const float *moments, const ut_matrix *sorted) {
    static const float shares[] = {0.05f, 0.25f, 0.5f, 0.75f};
    size_t near = 0;
    for (size_t i = 0; i < sorted->frames; i++) near += *ut_matrix_value(sorted, LOUDNESS, i) >= -near_peak;
    put_moment(out, moments, UT_MEAN, LOUDNESS, 1);
    put_moment(out, moments, UT_DEVIATION, LOUDNESS, 1);
    for (size_t i = 0; i < 4; i++) put_quantile(out, sorted, shares[i], LOUDNESS, 1);
    put_moment(out, moments, UT_STEP, LOUDNESS, 1);
    *(*out)++ = (float)near / (float)sorted->frames;
}

void ut_pooledlog(void *memory, const float *samples, size_t count, void *scratch, float out[UT_POOLEDLOG_SIZE]) {
    ut_room plan_room = {.base = memory}, scratch_room = {.base = scratch};
    const pooledlog_plan plan = tables(&plan_room);
    const pooledlog_scratch s = lay_out(&scratch_room, count);
    float moments[UT_MOMENTS * ROWS], rhythm[UT_RHYTHMS], contour[UT_CONTOUR_SIZE];
    ut_melpitch_frames(plan.frames, samples, count, s.group, s.group_bytes, s.frames);
    const ut_voice_clip clip = ut_voice_clip_of(&settings, s.frames, s.matrix.frames);
    fill(&plan, &clip, &s.matrix);
    ut_matrix_moments(&s.matrix, moments);
    ut_rhythm(&plan.rhythm, &s.matrix, LOUDNESS, moments[UT_MEAN * ROWS + LOUDNESS], rhythm);
    ut_contour_in_time(&clip, &s.matrix, PITCH, contour);
    ut_matrix_sort(&s.matrix);
    ut_contour_sorted(&s.matrix, PITCH, contour);
    put_spread(&out, moments, &s.matrix, 0, BANDS);
    put_spread(&out, moments, &s.matrix, BANDS, COEFFICIENTS);
    put_steps(&out, moments, 0, BANDS);
    put_moment(&out, moments, UT_SIGNED_STEP_DEVIATION, BANDS, COEFFICIENTS);
    for (size_t i = 0; i < UT_CONTOUR_SIZE; i++) *out++ = contour[i];
    *out++ = (float)count * (1.0f / (float)UT_POOLEDLOG_RATE);
    put_loudness(&out, moments, &s.matrix);
    for (size_t i = 0; i < UT_RHYTHMS; i++) *out++ = rhythm[i];
    for (size_t row = RMS; row <= ZCR; row++) {
        put_spread(&out, moments, &s.matrix, row, 1);
        put_steps(&out, moments, row, 1);
    }
}
