/* sieve.h: the tuning of a clip whose peaks come by more than once, in memory that does not grow with the clip.
 *
 * The tuning asks for the median height of all peaks, then for the fullest class of those above it. Peaks are kept while
 * they fit. If they do not, their heights are only counted by the leading bits; from the counts follows the bucket of the
 * median, and the peaks come by again: those of the bucket are kept if now they fit, those above it count at once, those
 * below are dropped. A bucket that is still too full is divided again; after three rounds its heights are all equal.
 */
#ifndef UT_SIEVE_H
#define UT_SIEVE_H

#include "tuning.h"

#define UT_SIEVE_ROOM 8192 /* peaks that are kept; 2.5 s of speech have 500 to 5,000 */

typedef struct ut_sieve {
    uint32_t prefix; /* the leading bits of the heights in the bucket */
    uint32_t shift;  /* how many bits follow: 32, 21, 10, 0 */
    size_t rank;     /* of the lower middle among the heights in the bucket */
    int odd;         /* is the number of all peaks odd? */
    size_t inside;   /* peaks in the bucket in this round */
    float next;      /* the smallest height above it */
    uint32_t inside_classes[UT_TUNING_CLASSES], above_classes[UT_TUNING_CLASSES];
    uint32_t counters[UT_MEDIAN_COUNTERS]; /* heights in the bucket by their next digit */
    float height[UT_SIEVE_ROOM];
    uint8_t class[UT_SIEVE_ROOM];
} ut_sieve;

void ut_sieve_start(ut_sieve *sieve);

/* Peaks of some frames come by. */
void ut_sieve_add(ut_sieve *sieve, const ut_peaks *peaks, float bin_hz);

/* All peaks have come by: 1 if they have to come again. */
int ut_sieve_again(ut_sieve *sieve);

/* The tuning, as ut_tuning; the bits are the same. */
float ut_sieve_tuning(ut_sieve *sieve);

#endif
