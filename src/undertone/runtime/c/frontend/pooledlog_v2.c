/* pooledlog_v2.c: pooledlog.v2: the 389 numbers of pooledlog.v1, then 701 that say how the same quantities go together, how
 * fast they change, and where they go. */
#include "average_spectrum.h"
#include "coefficients.h"
#include "evolution.h"
#include "intonation.h"
#include "pooledlog.h"

/* Where the numbers stand. */
enum {
    COVARIANCE = UT_POOLEDLOG_SIZE,
    STEPS = COVARIANCE + UT_LEADING + UT_PAIRS,
    LAGS = STEPS + UT_PAIRS,
    MODULATION = LAGS + UT_LAGS * UT_LEADING,
    SPECTRA = MODULATION + UT_MODULATIONS * UT_LEADING,
    EVOLUTION = SPECTRA + UT_AVERAGE_SPECTRA * UT_BANDS,
    INTONATION = EVOLUTION + UT_EVOLUTIONS * UT_EVOLVING,
    SKEWNESS = INTONATION + UT_INTONATION_SIZE,
    END = SKEWNESS + 2 * UT_LEADING
};
_Static_assert(END == UT_POOLEDLOG_V2_SIZE, "as many numbers as there is room for");

typedef struct v2_scratch {
    float *frames;
    void *group; /* scratch of ut_melpitch_frames */
    size_t group_bytes;
    ut_pooledlog_v2_work work;
} v2_scratch;

ut_pooledlog_v2_work ut_pooledlog_v2_in(ut_room *room, size_t frames) {
    ut_pooledlog_v2_work work = {.matrix = ut_pooled_matrix(room, frames)};
    work.coefficients = ut_take(room, ut_coefficients_bytes(frames));
    work.window = ut_take(room, sizeof(float) * UT_MODULATION_POINTS);
    return work;
}

static v2_scratch lay_out(ut_room *room, size_t count) {
    v2_scratch s = {0};
    size_t frames = ut_melpitch_frame_count(&ut_pooled_settings, count);
    s.frames = ut_take(room, sizeof(float) * frames * ut_melpitch_frame_width(&ut_pooled_settings));
    s.group_bytes = ut_melpitch_frames_scratch_bytes(&ut_pooled_settings);
    s.group = ut_take(room, s.group_bytes);
    s.work = ut_pooledlog_v2_in(room, frames);
    return s;
}

size_t ut_pooledlog_v2_scratch_bytes(size_t count) {
    ut_room room = {0};
    lay_out(&room, count);
    return room.used;
}

void ut_pooledlog_v2_of(const ut_pooled_plan *plan, const float *frames, size_t count, void *group_memory,
                        const ut_pooledlog_v2_work *work, float out[UT_POOLEDLOG_V2_SIZE]) {
    ut_room room = {.base = ut_aligned(group_memory)};
    const ut_voice_tables tables = ut_voice_tables_of(plan->frames);
    const ut_voice_group group = ut_voice_group_in(&room, &ut_pooled_settings);
    ut_pooled p;
    ut_pooled_in_time(plan, frames, count, &work->matrix, &p);
    const ut_coefficients coefficients = ut_coefficients_of(&p, work->coefficients);
    ut_covariance(&coefficients, out + COVARIANCE);
    ut_step_correlation(&coefficients, out + STEPS);
    ut_autocovariance(&coefficients, out + LAGS);
    ut_modulation(&coefficients, &tables.spectrum, &group, work->window, out + MODULATION);
    ut_evolution(&p, out + EVOLUTION);
    ut_intonation_in_time(&p, out + INTONATION);
    ut_skewness(&coefficients, out + SKEWNESS);
    ut_pooled_sort(&p);
    ut_pooledlog_put(&p, out);
    ut_average_spectra(&p, out + SPECTRA);
    ut_intonation_sorted(&p, out + INTONATION);
}

void ut_pooledlog_v2(void *memory, const float *samples, size_t count, void *scratch, float out[UT_POOLEDLOG_V2_SIZE]) {
    ut_room plan_room = {.base = memory}, scratch_room = {.base = scratch};
    const ut_pooled_plan plan = ut_pooled_tables(&plan_room);
    const v2_scratch s = lay_out(&scratch_room, count);
    ut_melpitch_frames(plan.frames, samples, count, s.group, s.group_bytes, s.frames);
    ut_pooledlog_v2_of(&plan, s.frames, count, s.group, &s.work, out);
}
