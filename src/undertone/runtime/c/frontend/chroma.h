/* chroma.h: how much of each of the twelve notes sounds, octaves folded. */
#ifndef UT_CHROMA_H
#define UT_CHROMA_H

#include "spectrum.h"

#define UT_NOTES 12
#define UT_PADDED_BINS ((UT_BINS + 15) / 16 * 16)

/* Of each bin, at tuning 0. */
typedef struct ut_chroma_plan {
    float note[UT_PADDED_BINS];    /* semitones above the last A below, 0 .. 12 */
    float octave[UT_PADDED_BINS];  /* octaves above A0 (27.5 Hz) */
    float inverse_width[UT_PADDED_BINS]; /* 1 / (semitones to the next bin, at least 1) */
} ut_chroma_plan;

/* Weight of each bin for each note: [note][bin]. */
typedef float ut_chroma_filter[UT_NOTES][UT_PADDED_BINS];

void ut_chroma_prepare(ut_chroma_plan *plan, double rate);

/* The filter of librosa.filters.chroma at a tuning: Gaussian bumps, columns of norm 1, then a wide Gaussian over
 * octaves around the fifth; the first note is C. */
void ut_chroma_tune(const ut_chroma_plan *plan, float tuning, ut_chroma_filter filter);

/* Add to sums[note] the chroma of `frames` <= UT_LANES frames; each frame is divided by its largest note. */
void ut_chroma_add(ut_chroma_filter filter, const ut_lanes magnitude[UT_BINS], size_t frames, float sums[UT_NOTES]);

#endif
