/* mel.c: power spectrum to mel bands. */
#include "mel.h"

#include "mathd.h"

/* Slaney's scale: linear below 1000 Hz (mel 15), then 27 mels for each factor of 6.4. */
static double hz_to_mel(ut_mel_kind kind, double hz) {
    if (kind == UT_MEL_HTK) return 2595.0 * ut_log_d(1.0 + hz / 700.0) / ut_log_d(10.0);
    return hz < 1000.0 ? 0.015 * hz : 15.0 + ut_log_d(hz / 1000.0) * 27.0 / ut_log_d(6.4);
}

static double mel_to_hz(ut_mel_kind kind, double mel) {
    if (kind == UT_MEL_HTK) return 700.0 * (ut_exp_d(mel * ut_log_d(10.0) / 2595.0) - 1.0);
    return mel < 15.0 ? mel / 0.015 : 1000.0 * ut_exp_d((mel - 15.0) * ut_log_d(6.4) / 27.0);
}

ut_mel_plan ut_mel_tables(ut_room *room, int bands, int frame) {
    ut_mel_plan plan = {.bands = bands, .bins = UT_BINS_OF(frame)};
    plan.begin = ut_take(room, sizeof(uint16_t) * (size_t)(bands + 2));
    plan.rise = ut_take(room, sizeof(float) * (size_t)plan.bins);
    plan.fall = ut_take(room, sizeof(float) * (size_t)plan.bins);
    return plan;
}

void ut_mel_prepare(const ut_mel_plan *plan, ut_mel_kind kind, double rate, double low_hz, double high_hz) {
    double bottom = hz_to_mel(kind, low_hz), top = hz_to_mel(kind, high_hz), bin_hz = rate / (double)(2 * plan->bins - 2);
    double spacing = (top - bottom) / (double)(plan->bands + 1);
    double before = low_hz, low = low_hz, high = mel_to_hz(kind, bottom + spacing); /* corners around the gap */
    int bin = 0;
    while (bin < plan->bins && (double)bin * bin_hz < low_hz) bin++;
    for (int gap = 0; gap <= plan->bands; gap++) {
        double after = mel_to_hz(kind, bottom + spacing * (double)(gap + 2));
        double rising = kind == UT_MEL_SLANEY ? 2.0 / (after - low) : 1.0; /* heights of the triangles */
        double falling = kind == UT_MEL_SLANEY ? 2.0 / (high - before) : 1.0;
        plan->begin[gap] = (uint16_t)bin;
        for (; bin < plan->bins && (double)bin * bin_hz < high; bin++) {
            double along = ((double)bin * bin_hz - low) / (high - low);
            plan->rise[bin] = (float)(along * rising);
            plan->fall[bin] = (float)((1.0 - along) * falling);
        }
        before = low;
        low = high;
        high = after;
    }
    plan->begin[plan->bands + 1] = (uint16_t)bin;
}

void ut_mel(const ut_mel_plan *plan, const ut_lanes *power, ut_lanes *mel) {
    for (int gap = 0; gap <= plan->bands; gap++) {
        ut_lanes rising = {0}, falling = {0};
        for (int bin = plan->begin[gap]; bin < plan->begin[gap + 1]; bin++) {
            rising += power[bin] * plan->rise[bin];
            falling += power[bin] * plan->fall[bin];
        }
        if (gap < plan->bands) mel[gap] = rising;
        if (gap > 0) mel[gap - 1] += falling;
    }
}
