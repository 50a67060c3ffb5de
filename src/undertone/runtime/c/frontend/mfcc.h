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

/* Mean over frames of the coefficients of log-mel bands that are raised to 80 dB below the clip's loudest band.
 * `db` holds groups of UT_LANES frames, bands within a group. The transform is linear, so it is done once, on means. */
void ut_mfcc_means(const ut_mfcc_plan *plan, const ut_lanes *db, size_t frames, float out[UT_MFCCS]);

#endif
