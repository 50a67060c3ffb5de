/* intonation.h: the pitch of a clip about its median, and what goes with it. */
#ifndef UT_INTONATION_H
#define UT_INTONATION_H

#include "pooled.h"

#define UT_INTONATION_SIZE 17

/* Over frames with a pitch, of which there are more than eight (else all numbers are 0), in the order of time: deviation
 * (6), mean size of the steps from each to the next of these frames (7), correlation of the pitch with the first eight
 * coefficients (8 .. 15) and the loudness (16), 0 where either has no deviation. */
void ut_intonation_in_time(const ut_pooled *p, float out[UT_INTONATION_SIZE]);

/* When the rows are sorted: 2, 10, 25, 75, 90, 98 percent less the median (0 .. 5). */
void ut_intonation_sorted(const ut_pooled *p, float out[UT_INTONATION_SIZE]);

#endif
