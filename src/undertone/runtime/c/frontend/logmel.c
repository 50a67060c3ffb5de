/* logmel.c: logmel.v1, natural logarithm of mel-band energies at 16 kHz.
 *
 * Frames of 512 samples (periodic Hann), centred on every hop-th sample with silence outside the clip; power spectrum;
 * triangles of height one on the HTK mel scale; ln(energy + 1e-8). Each frame depends on its own samples only.
 */
#include "logmel.h"

#include "mathf.h"

static ut_logmel_tables tables_in(ut_room *room, const ut_logmel_settings *settings) {
    ut_logmel_tables tables = {0};
    tables.settings = ut_take(room, sizeof *settings);
    tables.spectrum = ut_spectrum_tables(room, UT_LOGMEL_FRAME);
    tables.mel = ut_mel_tables(room, (int)settings->bands, UT_LOGMEL_FRAME);
    return tables;
}

ut_logmel_tables ut_logmel_tables_of(const void *plan) {
    ut_room room = {.base = ut_aligned(plan)};
    return tables_in(&room, (const ut_logmel_settings *)(const void *)room.base);
}

ut_logmel_group ut_logmel_group_in(ut_room *room, const ut_logmel_settings *settings) {
    ut_logmel_group group = {.columns = {.row = UT_LANES, .step = (size_t)UT_LANES * UT_LOGMEL_FRAME / 4}};
    group.columns.at = ut_take(room, sizeof(ut_lanes) * UT_LOGMEL_FRAME);
    group.z = ut_take(room, sizeof(ut_complex) * UT_LOGMEL_FRAME / 2);
    group.power = ut_take(room, sizeof(ut_lanes) * UT_BINS_OF(UT_LOGMEL_FRAME));
    group.mel = ut_take(room, sizeof(ut_lanes) * settings->bands);
    return group;
}

static int valid(const ut_logmel_settings *settings) {
    return settings->bands >= 1 && settings->bands <= 256 && settings->hop >= 1 && settings->hop <= UT_LOGMEL_FRAME &&
           settings->low_hz >= 0.0f && settings->low_hz < settings->high_hz &&
           settings->high_hz <= 0.5f * (float)UT_LOGMEL_RATE;
}

size_t ut_logmel_frame_count(const ut_logmel_settings *settings, size_t count) {
    return valid(settings) && count ? 1 + count / settings->hop : 0;
}

size_t ut_logmel_plan_bytes(const ut_logmel_settings *settings) {
    if (!valid(settings)) return 0;
    ut_room room = {0};
    tables_in(&room, settings);
    return ut_with_slack(room.used);
}

ut_status ut_logmel_plan(const ut_logmel_settings *settings, void *plan, size_t bytes) {
    if (!valid(settings)) return UT_BAD_SETTINGS;
    if (bytes < ut_logmel_plan_bytes(settings)) return UT_SMALL_BUFFER;
    ut_room room = {.base = ut_aligned(plan)};
    ut_logmel_tables tables = tables_in(&room, settings);
    *tables.settings = *settings;
    ut_spectrum_prepare(&tables.spectrum);
    ut_mel_prepare(&tables.mel, UT_MEL_HTK, (double)UT_LOGMEL_RATE, (double)settings->low_hz, (double)settings->high_hz);
    return UT_OK;
}

static void lay_out(const ut_stretch *clip, int64_t begin, size_t lane, float *columns) {
    for (int64_t j = 0; j < UT_LOGMEL_FRAME; j++) {
        int64_t i = begin + j;
        columns[(size_t)j * UT_LANES + lane] = i >= clip->begin && i < clip->end ? clip->x[i - clip->begin] : 0.0f;
    }
}

void ut_logmel_frames(const ut_logmel_tables *tables, const ut_logmel_group *group, const ut_stretch *clip, uint64_t first,
                      size_t frames, float *out) {
    size_t bands = tables->settings->bands;
    for (size_t lane = 0; lane < UT_LANES; lane++) { /* lanes without a frame repeat the last one */
        uint64_t frame = first + (lane < frames ? lane : frames - 1);
        lay_out(clip, (int64_t)(frame * tables->settings->hop) - UT_LOGMEL_FRAME / 2, lane, group->columns.at);
    }
    ut_power_spectra(&tables->spectrum, &group->columns, group->z, group->power);
    ut_mel(&tables->mel, group->power, group->mel);
    float *mel = (float *)group->mel;
    for (size_t i = 0; i < bands * UT_LANES; i++) mel[i] = ut_ln(mel[i] + 1e-8f);
    for (size_t lane = 0; lane < frames; lane++)
        for (size_t band = 0; band < bands; band++) out[lane * bands + band] = mel[band * UT_LANES + lane];
}

size_t ut_logmel_scratch_bytes(const ut_logmel_settings *settings) {
    if (!valid(settings)) return 0;
    ut_room room = {0};
    ut_logmel_group_in(&room, settings);
    return ut_with_slack(room.used);
}

ut_status ut_logmel(const void *plan, const float *samples, size_t count, void *scratch, size_t bytes, float *out) {
    const ut_logmel_tables tables = ut_logmel_tables_of(plan);
    if (count == 0) return UT_EMPTY;
    if (bytes < ut_logmel_scratch_bytes(tables.settings)) return UT_SMALL_BUFFER;
    ut_room room = {.base = ut_aligned(scratch)};
    const ut_logmel_group group = ut_logmel_group_in(&room, tables.settings);
    const ut_stretch clip = {samples, 0, (int64_t)count};
    size_t frames = ut_logmel_frame_count(tables.settings, count);
    for (size_t first = 0; first < frames; first += UT_LANES) {
        size_t here = frames - first < UT_LANES ? frames - first : UT_LANES;
        ut_logmel_frames(&tables, &group, &clip, first, here, out + first * tables.settings->bands);
    }
    return UT_OK;
}
