/* chroma.c: the note filter and its use. */
#include "chroma.h"

#include "mathd.h"
#include "mathf.h"

/* Semitones above A0 of a bin; bin 0 is put 1.5 octaves below bin 1. */
static double semitones(int bin, double bin_hz) {
    if (bin == 0) return semitones(1, bin_hz) - 18.0;
    return 12.0 * ut_log_d((double)bin * bin_hz / 27.5) / ut_log_d(2.0);
}

void ut_chroma_prepare(ut_chroma_plan *plan, double rate) {
    double bin_hz = rate / (double)UT_FRAME;
    for (int bin = 0; bin < UT_PADDED_BINS; bin++) {
        double here = semitones(bin, bin_hz), width = semitones(bin + 1, bin_hz) - here;
        plan->note[bin] = (float)(here - 12.0 * (double)ut_floor_d(here / 12.0));
        plan->octave[bin] = (float)(here / 12.0);
        plan->inverse_width[bin] = (float)(1.0 / (width > 1.0 ? width : 1.0));
    }
}

/* Bins are done in pieces that are one or more whole vectors. */
#define PIECE 16

/* Gaussian bumps around one note; the distance is folded into -6 .. 6 semitones. */
static void fill_note(const ut_chroma_plan *plan, int first, float centre, float *bumps, float *squares) {
    for (int i = 0; i < PIECE; i++) {
        float distance = plan->note[first + i] - centre;
        distance = distance >= 6.0f ? distance - 12.0f : distance;
        distance = distance < -6.0f ? distance + 12.0f : distance;
        float scaled = distance * plan->inverse_width[first + i];
        bumps[i] = ut_exp(-2.0f * scaled * scaled);
        squares[i] += bumps[i] * bumps[i];
    }
}

static void fill_piece(const ut_chroma_plan *plan, int first, float tuning, ut_chroma_filter filter) {
    float scale[PIECE] = {0};
    for (int note = 0; note < UT_NOTES; note++) /* C is three semitones above A */
        fill_note(plan, first, (float)((note + 3) % UT_NOTES) + tuning, filter[note] + first, scale);
    for (int i = 0; i < PIECE; i++) {
        float octaves = (plan->octave[first + i] - tuning * (1.0f / 12.0f) - 5.0f) * 0.5f;
        scale[i] = ut_exp(-0.5f * octaves * octaves) / ut_sqrt(scale[i]);
    }
    for (int note = 0; note < UT_NOTES; note++)
        for (int i = 0; i < PIECE; i++) filter[note][first + i] *= scale[i];
}

void ut_chroma_tune(const ut_chroma_plan *plan, float tuning, ut_chroma_filter filter) {
    for (int first = 0; first < UT_PADDED_BINS; first += PIECE) fill_piece(plan, first, tuning, filter);
}

void ut_chroma_add(ut_chroma_filter filter, const ut_lanes magnitude[UT_BINS], size_t frames, float sums[UT_NOTES]) {
    ut_lanes chroma[UT_NOTES];
    for (int note = 0; note < UT_NOTES; note++) chroma[note] = magnitude[0] * filter[note][0];
    for (int bin = 1; bin < UT_BINS; bin++)
        for (int note = 0; note < UT_NOTES; note++) chroma[note] += magnitude[bin] * filter[note][bin];
    ut_lanes loudest = chroma[0];
    for (int note = 1; note < UT_NOTES; note++) loudest = ut_lanes_max(loudest, chroma[note]);
    const float *values = (const float *)chroma, *most = (const float *)&loudest;
    for (size_t lane = 0; lane < frames; lane++) {
        float divisor = most[lane] < 1.17549435e-38f ? 1.0f : most[lane]; /* a silent frame stays zero */
        for (size_t note = 0; note < UT_NOTES; note++) sums[note] += values[note * UT_LANES + lane] / divisor;
    }
}
