/* rhythm.h: how strongly the loudness of a clip beats, and how fast. */
#ifndef UT_RHYTHM_H
#define UT_RHYTHM_H

#include "matrix.h"

#define UT_RHYTHMS 8
#define UT_RHYTHM_POINTS 256 /* of the transform over frames: steps of 62.5 / 256 = 0.24 Hz */

typedef struct ut_rhythm_plan {
    float *cosines; /* of one turn in UT_RHYTHM_POINTS steps */
} ut_rhythm_plan;

ut_rhythm_plan ut_rhythm_tables(ut_room *room);
void ut_rhythm_prepare(const ut_rhythm_plan *plan);

/* ln(mean of |C(k)| / frames over four neighbouring k + 1e-3) for k = 1-4, 5-8 ... 29-32, where C is the spectrum of the
 * row less its mean: 0.24 to 7.8 beats a second. */
void ut_rhythm(const ut_rhythm_plan *plan, const ut_matrix *m, size_t row, float mean, float out[UT_RHYTHMS]);

#endif
