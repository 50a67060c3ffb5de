/* pitch.c: how much a frame resembles itself some time later.
 *
 * r(l) = sum over n of y(n) y(n + l) of a windowed frame y is the inverse transform of its power spectrum. The window
 * makes it fall with l even for a perfectly periodic sound; divided by the window's own autocorrelation and by lag 0 it
 * is 1 there. The pitch is the first lag above 0.9 of the largest (a multiple of the period resembles just as well),
 * from which we climb to the top of its hill; the voicing is the largest.
 */
#include "pitch.h"

#include "mathd.h"
#include "mathf.h"

static const float silence = 1e-12f; /* energy of a frame below which rounding would decide */

ut_pitch_tables ut_pitch_tables_in(ut_room *room) {
    ut_pitch_tables tables = {0};
    tables.spectrum = ut_spectrum_tables(room, UT_PITCH_POINTS);
    tables.scale = ut_take(room, sizeof(float) * (UT_PITCH_LAST_LAG + 1));
    return tables;
}

ut_pitch_group ut_pitch_group_in(ut_room *room) {
    ut_pitch_group group = {.columns = {.row = UT_LANES, .step = (size_t)UT_LANES * UT_PITCH_POINTS / 4}};
    group.columns.at = ut_take(room, sizeof(ut_lanes) * UT_PITCH_POINTS);
    group.z = ut_take(room, sizeof(ut_complex) * UT_PITCH_POINTS / 2);
    group.power = ut_take(room, sizeof(ut_lanes) * UT_BINS_OF(UT_PITCH_POINTS));
    group.lags = ut_take(room, sizeof(ut_lanes) * (UT_PITCH_LAST_LAG + 1));
    return group;
}

static double window_at(int n) { return 0.5 - 0.5 * ut_cos_turns((double)n / (double)UT_PITCH_FRAME); }

static double window_autocorrelation(const float *halved, int lag) {
    double sum = 0.0;
    for (int n = 0; n + lag < UT_PITCH_FRAME; n++) sum += 4.0 * (double)halved[n] * (double)halved[n + lag];
    return sum;
}

void ut_pitch_prepare(const ut_pitch_tables *tables) {
    float *window = tables->spectrum.window;
    ut_spectrum_prepare(&tables->spectrum);
    for (int n = 0; n < UT_PITCH_POINTS; n++) window[n] = n < UT_PITCH_FRAME ? (float)(0.5 * window_at(n)) : 0.0f;
    double energy = window_autocorrelation(window, 0);
    for (int lag = 0; lag <= UT_PITCH_LAST_LAG; lag++) tables->scale[lag] = (float)(energy / window_autocorrelation(window, lag));
}

/* Take out the mean under the window: a microphone's offset resembles itself at every lag. The first sample goes before
 * the sums are made, so that nothing is left of an offset without sound. Four sums, then pairs. */
static void centre(const float *window, const ut_columns *columns) {
    const ut_lanes zero = {0}, first = ut_load(columns->at);
    ut_lanes sums[4] = {zero, zero, zero, zero};
    for (int n = 0; n < UT_PITCH_FRAME; n++) sums[n & 3] += (ut_load(columns->at + (size_t)n * UT_LANES) - first) * window[n];
    /* the halved window adds up to a quarter of its length */
    ut_lanes mean = ((sums[0] + sums[2]) + (sums[1] + sums[3])) * (4.0f / (float)UT_PITCH_FRAME);
    for (int n = 0; n < UT_PITCH_FRAME; n++) {
        float *at = columns->at + (size_t)n * UT_LANES;
        ut_store(at, (ut_load(at) - first) - mean);
    }
    for (int n = UT_PITCH_FRAME; n < UT_PITCH_POINTS; n++) ut_store(columns->at + (size_t)n * UT_LANES, zero);
}

/* Twice 2048 r(l) for l = 0 .. 246. The power spectrum is real and even, and so is its transform: it is packed and split
 * as in spectrum.c, of which only the real parts of the first lags are wanted. */
static void autocorrelate(const ut_pitch_tables *tables, const ut_pitch_group *group) {
    const ut_fft_plan *fft = &tables->spectrum.fft;
    const int quarter = fft->size / 4, top = UT_PITCH_POINTS;
    for (int n = 0; n < quarter; n++) {
        ut_complex x[4];
        for (int q = 0; q < 4; q++) {
            int even = 2 * (n + q * quarter), odd = even + 1;
            x[q].re = group->power[even <= top / 2 ? even : top - even];
            x[q].im = group->power[odd <= top / 2 ? odd : top - odd];
        }
        ut_butterfly(group->z + n, quarter, x, &fft->twiddles[n]);
    }
    ut_fft_finish(fft, group->z);
    for (int lag = 0; lag <= UT_PITCH_LAST_LAG; lag++) {
        const ut_complex a = group->z[fft->place[lag]], b = group->z[fft->place[(fft->size - lag) % fft->size]];
        float c = tables->spectrum.split_cos[lag], s = tables->spectrum.split_sin[lag];
        group->lags[lag] = (a.re + b.re) + ((a.im + b.im) * c + (b.re - a.re) * s);
    }
}

/* `lags` holds one frame's values in steps of UT_LANES, not yet scaled. */
static ut_pitch pick(const float *lags, const float *scale) {
    ut_pitch pitch = {0.0f, 0.0f};
    float energy = lags[0] * (0.5f / (float)UT_PITCH_POINTS), r[UT_PITCH_LAST_LAG + 1], most = 0.0f;
    if (energy < silence) return pitch;
    for (size_t lag = UT_PITCH_FIRST_LAG; lag <= UT_PITCH_LAST_LAG; lag++) {
        r[lag] = lags[lag * UT_LANES] * scale[lag];
        most = ut_max(most, r[lag]);
    }
    if (most <= 0.0f) return pitch;
    size_t lag = UT_PITCH_FIRST_LAG;
    while (lag < UT_PITCH_LAST_LAG && r[lag] <= 0.9f * most) lag++;
    while (lag < UT_PITCH_LAST_LAG && r[lag + 1] > r[lag]) lag++;
    pitch.f0 = (float)UT_PITCH_RATE / (float)lag;
    pitch.voicing = most < lags[0] ? most / lags[0] : 1.0f;
    return pitch;
}

void ut_pitch_frames(const ut_pitch_tables *tables, const ut_pitch_group *group, ut_pitch out[UT_LANES]) {
    centre(tables->spectrum.window, &group->columns);
    ut_power_spectra(&tables->spectrum, &group->columns, group->z, group->power);
    autocorrelate(tables, group);
    for (size_t lane = 0; lane < UT_LANES; lane++) out[lane] = pick((const float *)group->lags + lane, tables->scale);
}
