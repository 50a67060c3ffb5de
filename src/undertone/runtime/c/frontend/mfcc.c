/* mfcc.c: decibels, the clip-wide floor, and the cosine transform. */
#include "mfcc.h"

#include "mathd.h"
#include "mathf.h"

static const float dynamic_range_db = 80.0f;

void ut_mfcc_prepare(ut_mfcc_plan *plan) {
    for (int row = 0; row < UT_MFCCS; row++) {
        double scale = ut_sqrt_d((row ? 2.0 : 1.0) / (double)UT_MELS);
        for (int band = 0; band < UT_MELS; band++)
            plan->cosines[row * UT_MELS + band] =
                (float)(scale * ut_cos_turns((double)(row * (2 * band + 1)) / (double)(4 * UT_MELS)));
    }
}

void ut_decibels(const ut_lanes mel[UT_MELS], ut_lanes db[UT_MELS]) {
    const float *from = (const float *)mel;
    float *to = (float *)db;
    for (size_t i = 0; i < (size_t)UT_MELS * UT_LANES; i++) to[i] = 3.01029996f * ut_log2(ut_max(1e-10f, from[i]));
}

float ut_loudest_db(const ut_lanes db[UT_MELS], size_t frames, float most) {
    const float *values = (const float *)db;
    for (size_t band = 0; band < UT_MELS; band++)
        for (size_t lane = 0; lane < frames; lane++) most = ut_max(most, values[band * UT_LANES + lane]);
    return most;
}

void ut_mfcc_add(const ut_lanes db[UT_MELS], size_t frames, float loudest_db, float sums[UT_MELS]) {
    float floor_db = loudest_db - dynamic_range_db;
    const float *values = (const float *)db;
    for (size_t band = 0; band < UT_MELS; band++)
        for (size_t lane = 0; lane < frames; lane++) sums[band] += ut_max(floor_db, values[band * UT_LANES + lane]);
}

void ut_mfcc_means(const ut_mfcc_plan *plan, const float sums[UT_MELS], size_t frames, float out[UT_MFCCS]) {
    float means[UT_MELS];
    for (size_t band = 0; band < UT_MELS; band++) means[band] = sums[band] / (float)frames;
    for (size_t row = 0; row < UT_MFCCS; row++) {
        out[row] = 0.0f;
        for (size_t band = 0; band < UT_MELS; band++) out[row] += plan->cosines[row * UT_MELS + band] * means[band];
    }
}
