/* mfcc.h: mel-frequency cepstral coefficients of a clip, as time means. */
#ifndef UT_MFCC_H
#define UT_MFCC_H

#include "mel.h"

#define UT_MELS 128
#define UT_MFCCS 20

typedef struct ut_mfcc_plan {
    float cosines[UT_MFCCS * UT_MELS]; /* DCT-II, orthonormal, first 20 rows */
} ut_mfcc_plan;

void ut_mfcc_prepare(ut_mfcc_plan *plan);

/* 10 log10 of UT_MELS * UT_LANES powers, none below -100 dB. */
void ut_decibels(const ut_lanes mel[UT_MELS], ut_lanes db[UT_MELS]);

#define UT_LOWEST_DB -100.0f

/* The largest of `most` and the decibels of `frames` <= UT_LANES frames. */
float ut_loudest_db(const ut_lanes db[UT_MELS], size_t frames, float most);

/* Add to sums the decibels of `frames` <= UT_LANES frames, raised to 80 dB below the clip's loudest band. */
void ut_mfcc_add(const ut_lanes db[UT_MELS], size_t frames, float loudest_db, float sums[UT_MELS]);

/* Mean over frames of the coefficients. The transform is linear, so it is done once, on means. */
void ut_mfcc_means(const ut_mfcc_plan *plan, const float sums[UT_MELS], size_t frames, float out[UT_MFCCS]);

#endif
