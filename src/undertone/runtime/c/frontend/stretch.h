/* stretch.h: the part of a clip that is at hand, and how it goes on beyond its edges. */
#ifndef UT_STRETCH_H
#define UT_STRETCH_H

#include <stddef.h>
#include <stdint.h>

/* A stretch of a clip: x[0] is sample `begin` of it, x[end - begin - 1] the last one. */
typedef struct ut_stretch {
    const float *x;
    int64_t begin, end;
} ut_stretch;

/* Where sample i of a clip of `count` samples is found when the clip is mirrored at its first and last sample, neither of
 * them twice, as often as needed: numpy.pad's "reflect". */
static inline int64_t ut_reflected(int64_t i, int64_t count) {
    if (count == 1) return 0;
    int64_t period = 2 * (count - 1), place = i % period;
    if (place < 0) place += period;
    return place < count ? place : period - place;
}

#endif
