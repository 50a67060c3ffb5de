/* article.h: the feature set article.v1. */
#ifndef UT_ARTICLE_H
#define UT_ARTICLE_H

#include "undertone.h"

#define UT_ARTICLE_RATE 22050u
#define UT_ARTICLE_SIZE 162u

size_t ut_article_plan_bytes(void);
void ut_article_prepare(void *memory);

size_t ut_article_scratch_bytes(size_t count);

/* 162 numbers of count >= 1 samples at 22050 Hz; both memories are aligned, the prepared one is only read. */
void ut_article(void *memory, const float *samples, size_t count, void *scratch, float out[UT_ARTICLE_SIZE]);

#endif
