/* evolution.h: where the quantities of a clip go from its begin to its end. */
#ifndef UT_EVOLUTION_H
#define UT_EVOLUTION_H

#include "pooled.h"

#define UT_EVOLVING (UT_COEFFICIENTS + 3) /* and loudness, pitch (0 where there is none), voicing */
#define UT_EVOLUTIONS 4

/* Mean over frames t of (row - its mean) cos(pi k (t + 1/2) / frames), k = 1, 2, 3, 4: of every row, k by k. Pitch counts
 * from its mean over frames with a pitch. */
void ut_evolution(const ut_pooled *p, float out[UT_EVOLUTIONS * UT_EVOLVING]);

#endif
