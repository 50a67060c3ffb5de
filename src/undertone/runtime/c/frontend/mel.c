/* mel.c: power spectrum to mel bands. */
#include "mel.h"

#include "mathd.h"

/* Slaney's scale: linear below 1000 Hz (mel 15), then 27 mels for each factor of 6.4. */
static double hz_to_mel(double hz) { return hz < 1000.0 ? 0.015 * hz : 15.0 + ut_log_d(hz / 1000.0) * 27.0 / ut_log_d(6.4); }

static double mel_to_hz(double mel) {
    return mel < 15.0 ? mel / 0.015 : 1000.0 * ut_exp_d((mel - 15.0) * ut_log_d(6.4) / 27.0);
}

void ut_mel_prepare(ut_mel_plan *plan, double rate) {
    double corners[UT_MELS + 2], top = hz_to_mel(rate / 2.0), bin_hz = rate / (double)UT_FRAME;
    for (int i = 0; i < UT_MELS + 2; i++) corners[i] = mel_to_hz(top * (double)i / (double)(UT_MELS + 1));
    uint16_t bin = 0;
    for (int gap = 0; gap <= UT_MELS; gap++) {
        double low = corners[gap], high = corners[gap + 1];
        plan->begin[gap] = bin;
        for (; bin < UT_BINS && (double)bin * bin_hz < high; bin++) {
            double along = ((double)bin * bin_hz - low) / (high - low);
            plan->rise[bin] = gap < UT_MELS ? (float)(along * 2.0 / (corners[gap + 2] - low)) : 0.0f;
            plan->fall[bin] = gap > 0 ? (float)((1.0 - along) * 2.0 / (high - corners[gap - 1])) : 0.0f;
        }
    }
    plan->begin[UT_MELS + 1] = bin;
}

void ut_mel(const ut_mel_plan *plan, const ut_lanes power[UT_BINS], ut_lanes mel[UT_MELS]) {
    for (int gap = 0; gap <= UT_MELS; gap++) {
        ut_lanes rising = {0}, falling = {0};
        for (int bin = plan->begin[gap]; bin < plan->begin[gap + 1]; bin++) {
            rising += power[bin] * plan->rise[bin];
            falling += power[bin] * plan->fall[bin];
        }
        if (gap < UT_MELS) mel[gap] = rising;
        if (gap > 0) mel[gap - 1] += falling;
    }
}
