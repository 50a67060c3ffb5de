/* score.h: features of a segment to calibrated scores, and scores of segments to those of the whole. */
#ifndef UT_SCORE_H
#define UT_SCORE_H

#include "undertone_listener.h"

/* Scale, run, soften; the features, of a segment of `length` samples, are overwritten. Scores sum to 1. */
void ut_score(const ut_model *model, float *features, uint64_t length, float *scores, void *arena);

/* What the temperature of a segment is multiplied by, 1 or more: `x` is what the network is given, or
 * the statistics of it. */
double ut_softening(const ut_doubt *doubt, const float *x, size_t rows, size_t columns, double seconds);

/* The mean so far of segments' scores, weighted by their lengths. `weight` is the sum of the lengths before. */
void ut_score_join(const float *scores, size_t labels, double length, double weight, float *mean);

#endif
