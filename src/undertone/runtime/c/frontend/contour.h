/* contour.h: the pitch of a clip as fourteen numbers. */
#ifndef UT_CONTOUR_H
#define UT_CONTOUR_H

#include "matrix.h"
#include "melpitch.h"

#define UT_CONTOUR_SIZE 14
#define UT_NO_PITCH 1e30f /* what the row holds where there is none: sorts behind every pitch */

enum { UT_CONTOUR_PITCH = 0, UT_CONTOUR_VOICING = 12 }; /* the means */

/* In the order of time: mean (0), deviation (1), mean step between neighbouring voiced frames (8), slope in nats a second
 * (9), mean of the first less that of the last third of the voiced frames (10), voiced share (11), mean (12) and deviation
 * (13) of the voicing. What would need more voiced frames than there are is 0. */
void ut_contour_in_time(const ut_voice_clip *clip, const ut_matrix *m, size_t row, float out[UT_CONTOUR_SIZE]);

/* When the rows are sorted: 5, 25, 50, 75, 95 percent (2 .. 6), and how far the 95 lie above the 5 (7). */
void ut_contour_sorted(const ut_matrix *m, size_t row, float out[UT_CONTOUR_SIZE]);

#endif
