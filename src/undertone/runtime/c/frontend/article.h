/* article.h: the feature set article.v1. */
#ifndef UT_ARTICLE_H
#define UT_ARTICLE_H

#include "chroma.h"
#include "mfcc.h"
#include "undertone.h"

#define UT_ARTICLE_RATE 22050u
#define UT_ARTICLE_SIZE 162u

/* Where the tables lie. */
typedef struct ut_article_plan {
    ut_spectrum_plan spectrum;
    ut_mel_plan mel;
    ut_mfcc_plan *mfcc;
    ut_chroma_plan *chroma;
} ut_article_plan;

ut_article_plan ut_article_tables(ut_room *room);
size_t ut_article_plan_bytes(void);
void ut_article_prepare(void *memory);

/* Where the numbers of each feature stand among the 162. */
typedef struct ut_article_blocks {
    float *zcr, *chroma, *mfcc, *rms, *mel;
} ut_article_blocks;

/* All numbers set to 0. */
ut_article_blocks ut_article_blocks_of(float out[UT_ARTICLE_SIZE]);

/* Add the mel power of `frames` <= UT_LANES frames. */
void ut_article_add_mel(const ut_lanes mel[UT_MELS], size_t frames, float sums[UT_MELS]);
void ut_article_magnitudes(const ut_lanes power[UT_BINS], ut_lanes magnitude[UT_BINS]);

/* Sums to means, and the two features that need no spectrum. */
void ut_article_finish(const ut_article_blocks *blocks, const float *samples, size_t count);

size_t ut_article_scratch_bytes(size_t count);

/* 162 numbers of count >= 1 samples at 22050 Hz; both memories are aligned, the prepared one is only read. */
void ut_article(void *memory, const float *samples, size_t count, void *scratch, float out[UT_ARTICLE_SIZE]);

/* The same bits in memory that does not grow with the clip: spectra are computed twice or more instead of kept. */
size_t ut_article_lean_bytes(void);
void ut_article_lean(void *memory, const float *samples, size_t count, void *scratch, float out[UT_ARTICLE_SIZE]);

#endif
