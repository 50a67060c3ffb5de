/* pooledlog.c: pooledlog.v1, a clip as statistics of its frames: bands, cepstral coefficients, their changes, pitch,
 * loudness, the rhythm of the loudness, rms and zero crossings. */
#include "pooledlog.h"

static const float near_peak = 2.0f; /* nats */

typedef struct pooledlog_scratch {
    float *frames;
    void *group; /* scratch of ut_melpitch_frames */
    size_t group_bytes;
    ut_matrix matrix;
} pooledlog_scratch;

static pooledlog_scratch lay_out(ut_room *room, size_t count) {
    pooledlog_scratch s = {0};
    size_t frames = ut_melpitch_frame_count(&ut_pooled_settings, count);
    s.frames = ut_take(room, sizeof(float) * frames * ut_melpitch_frame_width(&ut_pooled_settings));
    s.group_bytes = ut_melpitch_frames_scratch_bytes(&ut_pooled_settings);
    s.group = ut_take(room, s.group_bytes);
    s.matrix = ut_pooled_matrix(room, frames);
    return s;
}

size_t ut_pooledlog_plan_bytes(void) {
    ut_room room = {0};
    ut_pooled_tables(&room);
    return room.used;
}

size_t ut_pooledlog_scratch_bytes(size_t count) {
    ut_room room = {0};
    lay_out(&room, count);
    return room.used;
}

void ut_pooledlog_prepare(void *memory) {
    ut_room room = {.base = memory};
    const ut_pooled_plan plan = ut_pooled_tables(&room);
    ut_pooled_prepare(&plan, 0.0f);
}

/* What is written next to what; `out` moves on. */
static void put_moment(float **out, const ut_pooled *p, size_t moment, size_t first, size_t rows) {
    for (size_t i = 0; i < rows; i++) *(*out)++ = ut_pooled_moment(p, moment, first + i);
}

static void put_quantile(float **out, const ut_pooled *p, float share, size_t first, size_t rows) {
    for (size_t i = 0; i < rows; i++) *(*out)++ = ut_matrix_quantile(&p->matrix, first + i, p->matrix.frames, share);
}

/* Mean, deviation, 10, 50 and 90 percent of some rows. */
static void put_spread(float **out, const ut_pooled *p, size_t first, size_t rows) {
    static const float shares[] = {0.1f, 0.5f, 0.9f};
    put_moment(out, p, UT_MEAN, first, rows);
    put_moment(out, p, UT_DEVIATION, first, rows);
    for (size_t i = 0; i < 3; i++) put_quantile(out, p, shares[i], first, rows);
}

static void put_steps(float **out, const ut_pooled *p, size_t first, size_t rows) {
    put_moment(out, p, UT_STEP, first, rows);
    put_moment(out, p, UT_STEP_DEVIATION, first, rows);
}

static void put_loudness(float **out, const ut_pooled *p) {
    static const float shares[] = {0.05f, 0.25f, 0.5f, 0.75f};
    size_t near = 0;
    for (size_t i = 0; i < p->matrix.frames; i++) near += *ut_matrix_value(&p->matrix, UT_LOUDNESS, i) >= -near_peak;
    put_moment(out, p, UT_MEAN, UT_LOUDNESS, 1);
    put_moment(out, p, UT_DEVIATION, UT_LOUDNESS, 1);
    for (size_t i = 0; i < 4; i++) put_quantile(out, p, shares[i], UT_LOUDNESS, 1);
    put_moment(out, p, UT_STEP, UT_LOUDNESS, 1);
    *(*out)++ = (float)near / (float)p->matrix.frames;
}

void ut_pooledlog_put(const ut_pooled *p, float out[UT_POOLEDLOG_SIZE]) {
    put_spread(&out, p, 0, UT_BANDS);
    put_spread(&out, p, UT_BANDS, UT_COEFFICIENTS);
    put_steps(&out, p, 0, UT_BANDS);
    put_moment(&out, p, UT_SIGNED_STEP_DEVIATION, UT_BANDS, UT_COEFFICIENTS);
    for (size_t i = 0; i < UT_CONTOUR_SIZE; i++) *out++ = p->contour[i];
    *out++ = (float)p->count * (1.0f / (float)UT_POOLEDLOG_RATE);
    put_loudness(&out, p);
    for (size_t i = 0; i < UT_RHYTHMS; i++) *out++ = p->rhythm[i];
    for (size_t row = UT_RMS; row <= UT_ZCR; row++) {
        put_spread(&out, p, row, 1);
        put_steps(&out, p, row, 1);
    }
}

void ut_pooledlog(void *memory, const float *samples, size_t count, void *scratch, float out[UT_POOLEDLOG_SIZE]) {
    ut_room plan_room = {.base = memory}, scratch_room = {.base = scratch};
    const ut_pooled_plan plan = ut_pooled_tables(&plan_room);
    const pooledlog_scratch s = lay_out(&scratch_room, count);
    ut_pooled p;
    ut_melpitch_frames(plan.frames, samples, count, s.group, s.group_bytes, s.frames);
    ut_pooled_in_time(&plan, s.frames, count, &s.matrix, &p);
    ut_pooled_sort(&p);
    ut_pooledlog_put(&p, out);
}
