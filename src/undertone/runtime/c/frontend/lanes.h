/* lanes.h: one vector holds the same quantity of UT_LANES neighbouring frames.
 *
 * The spectrum code is written once, as if for a single frame; each number in it is a ut_lanes. No lane ever meets
 * another, so a frame gets the same bits whether it is computed alone (UT_LANES 1, microcontrollers) or beside fifteen
 * others (AVX-512). Where numbers of different frames do meet, they are taken in the order of time.
 *
 * NEON of 32-bit ARM takes denormal numbers for zero, which its scalar unit does not: there the vectors stay unused.
 */
#ifndef UT_LANES_H
#define UT_LANES_H

#include <stddef.h>
#include <stdint.h>

#include "undertone_width.h"

#if UT_LANES > 1
typedef float ut_lanes __attribute__((vector_size(4 * UT_LANES)));
typedef float ut_lanes_anywhere __attribute__((vector_size(4 * UT_LANES), aligned(4), may_alias));
#else
typedef float ut_lanes;
typedef float ut_lanes_anywhere;
#endif

/* Lane by lane, the larger of two. */
static inline ut_lanes ut_lanes_max(ut_lanes a, ut_lanes b) {
#if UT_LANES > 1
    typedef int32_t flags __attribute__((vector_size(4 * UT_LANES)));
    flags larger = a > b;
    return (ut_lanes)(((flags)a & larger) | ((flags)b & ~larger));
#else
    return a > b ? a : b;
#endif
}

/* Bit l is set where lane l of a is greater than b and c, and no smaller than d. */
static inline uint32_t ut_lanes_peak(ut_lanes a, ut_lanes b, ut_lanes c, ut_lanes d) {
#if UT_LANES > 1 && defined(__clang__)
    typedef _Bool flags __attribute__((ext_vector_type(UT_LANES)));
    union {
        flags lanes;
        uint32_t bits;
    } peak = {.bits = 0};
    peak.lanes = __builtin_convertvector((a > b) & (a > c) & (a >= d), flags);
    return peak.bits;
#elif UT_LANES > 1
    uint32_t bits = 0;
    for (int lane = 0; lane < UT_LANES; lane++)
        bits |= (uint32_t)(a[lane] > b[lane] && a[lane] > c[lane] && a[lane] >= d[lane]) << lane;
    return bits;
#else
    return a > b && a > c && a >= d;
#endif
}

/* Vectors start at multiples of this many bytes. */
#define UT_ALIGNMENT 64u

static inline ut_lanes ut_load(const float *from) { return *(const ut_lanes_anywhere *)from; }

static inline void ut_store(float *to, ut_lanes value) { *(ut_lanes_anywhere *)to = value; }

#endif
