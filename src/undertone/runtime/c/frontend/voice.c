/* voice.c: one row of numbers for every hop of a clip: log-mel bands, loudness, pitch, rms, zero crossings.
 *
 * All are computed from samples around the same centre: 1024 of them for the pitch, the 512 in their middle for the rest.
 */
#include "voice.h"

#include "mathf.h"

int ut_melpitch_valid(const ut_melpitch_settings *settings) {
    return ut_logmel_plan_bytes(&settings->mel) != 0 && settings->trim_db >= 0.0f && settings->trim_db <= 200.0f &&
           settings->floor > 0.0f && settings->floor <= 100.0f;
}

static ut_voice_tables tables_in(ut_room *room, const ut_melpitch_settings *settings) {
    ut_voice_tables tables = {0};
    tables.settings = ut_take(room, sizeof *settings);
    tables.spectrum = ut_spectrum_tables(room, UT_VOICE_FRAME);
    tables.mel = ut_mel_tables(room, (int)settings->mel.bands, UT_VOICE_FRAME);
    tables.pitch = ut_pitch_tables_in(room);
    return tables;
}

ut_voice_tables ut_voice_tables_of(const void *plan) {
    ut_room room = {.base = ut_aligned(plan)};
    return tables_in(&room, (const ut_melpitch_settings *)(const void *)room.base);
}

size_t ut_melpitch_plan_bytes(const ut_melpitch_settings *settings) {
    if (!ut_melpitch_valid(settings)) return 0;
    ut_room room = {0};
    tables_in(&room, settings);
    return ut_with_slack(room.used);
}

ut_status ut_melpitch_plan(const ut_melpitch_settings *settings, void *plan, size_t bytes) {
    if (!ut_melpitch_valid(settings)) return UT_BAD_SETTINGS;
    if (bytes < ut_melpitch_plan_bytes(settings)) return UT_SMALL_BUFFER;
    ut_room room = {.base = ut_aligned(plan)};
    ut_voice_tables tables = tables_in(&room, settings);
    *tables.settings = *settings;
    ut_spectrum_prepare(&tables.spectrum);
    ut_mel_prepare(&tables.mel, UT_MEL_HTK, (double)UT_LOGMEL_RATE, (double)settings->mel.low_hz, (double)settings->mel.high_hz);
    ut_pitch_prepare(&tables.pitch);
    return UT_OK;
}

ut_voice_group ut_voice_group_in(ut_room *room, const ut_melpitch_settings *settings) {
    ut_voice_group group = {.pitch = ut_pitch_group_in(room)};
    group.columns = (ut_columns){.row = UT_LANES, .step = (size_t)UT_LANES * UT_VOICE_FRAME / 4};
    if (room->base) group.columns.at = group.pitch.columns.at + (size_t)UT_LANES * (UT_PITCH_FRAME - UT_VOICE_FRAME) / 2;
    group.z = ut_take(room, sizeof(ut_complex) * UT_VOICE_FRAME / 2);
    group.power = ut_take(room, sizeof(ut_lanes) * UT_BINS_OF(UT_VOICE_FRAME));
    group.mel = ut_take(room, sizeof(ut_lanes) * settings->mel.bands);
    return group;
}

static void lay_out(const ut_stretch *clip, int64_t first, size_t lane, float *columns) {
    if (first >= clip->begin && first + UT_PITCH_FRAME <= clip->end) {
        const float *x = clip->x + (first - clip->begin);
        for (size_t j = 0; j < UT_PITCH_FRAME; j++) columns[j * UT_LANES + lane] = x[j];
        return;
    }
    for (size_t j = 0; j < UT_PITCH_FRAME; j++)
        columns[j * UT_LANES + lane] = clip->x[ut_reflected(first + (int64_t)j, clip->end) - clip->begin];
}

/* Logarithms of the bands, and of their sum. */
static void take_bands(const ut_voice_group *group, size_t bands, size_t frames, size_t width, float *out) {
    ut_lanes all = {0};
    for (size_t band = 0; band < bands; band++) all += group->mel[band];
    const float *sums = (const float *)&all;
    for (size_t lane = 0; lane < frames; lane++)
        out[lane * width + bands + UT_VOICE_LOUDNESS] = ut_ln(sums[lane] + 1e-8f);
    float *mel = (float *)group->mel;
    for (size_t i = 0; i < bands * UT_LANES; i++) mel[i] = ut_ln(mel[i] + 1e-8f);
    for (size_t lane = 0; lane < frames; lane++)
        for (size_t band = 0; band < bands; band++) out[lane * width + band] = mel[band * UT_LANES + lane];
}

/* Root mean square (four sums, then pairs) and the share of samples whose sign differs from the one before. */
static void take_waveform(const ut_columns *columns, size_t frames, size_t width, float *extra) {
    const ut_lanes zero = {0};
    ut_lanes sums[4] = {zero, zero, zero, zero};
    for (int n = 0; n < UT_VOICE_FRAME; n++) {
        ut_lanes x = ut_load(columns->at + (size_t)n * UT_LANES);
        sums[n & 3] += x * x;
    }
    ut_lanes energy = (sums[0] + sums[2]) + (sums[1] + sums[3]);
    uint32_t changes[UT_LANES] = {0};
    for (size_t n = 1; n < UT_VOICE_FRAME; n++) {
        const float *x = columns->at + n * UT_LANES, *before = x - UT_LANES;
        for (size_t lane = 0; lane < UT_LANES; lane++) changes[lane] += (uint32_t)((x[lane] < -1e-10f) ^ (before[lane] < -1e-10f));
    }
    const float *energies = (const float *)&energy;
    for (size_t lane = 0; lane < frames; lane++) {
        extra[lane * width + UT_VOICE_RMS] = ut_sqrt(energies[lane] * (1.0f / (float)UT_VOICE_FRAME));
        extra[lane * width + UT_VOICE_ZCR] = (float)changes[lane] * (1.0f / (float)UT_VOICE_FRAME);
    }
}

void ut_voice_frames(const ut_voice_tables *tables, const ut_voice_group *group, const ut_stretch *clip, uint64_t first,
                     size_t frames, float *out) {
    size_t bands = tables->settings->mel.bands, width = bands + UT_VOICE_EXTRA;
    for (size_t lane = 0; lane < UT_LANES; lane++) { /* lanes without a frame repeat the last one */
        uint64_t frame = first + (lane < frames ? lane : frames - 1);
        lay_out(clip, (int64_t)(frame * tables->settings->mel.hop) - UT_PITCH_FRAME / 2, lane, group->pitch.columns.at);
    }
    ut_power_spectra(&tables->spectrum, &group->columns, group->z, group->power);
    ut_mel(&tables->mel, group->power, group->mel);
    take_bands(group, bands, frames, width, out);
    take_waveform(&group->columns, frames, width, out + bands);
    ut_pitch pitch[UT_LANES];
    ut_pitch_frames(&tables->pitch, &group->pitch, pitch); /* last: it changes the samples */
    for (size_t lane = 0; lane < frames; lane++) {
        out[lane * width + bands + UT_VOICE_F0] = pitch[lane].f0;
        out[lane * width + bands + UT_VOICE_VOICING] = pitch[lane].voicing;
    }
}
