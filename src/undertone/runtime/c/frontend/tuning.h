/* tuning.h: how far a clip's pitches lie from the notes of A = 440 Hz. */
#ifndef UT_TUNING_H
#define UT_TUNING_H

#include "median.h"
#include "spectrum.h"

/* At 22050 Hz, bins 14 to 371 are those with 150 <= f < 4000 Hz. */
#define UT_FIRST_PITCH_BIN 14
#define UT_LAST_PITCH_BIN 371
#define UT_PEAKS_PER_FRAME ((UT_LAST_PITCH_BIN - UT_FIRST_PITCH_BIN + 2) / 2)

/* Spectral peaks of a clip, in no order that matters. */
typedef struct ut_peaks {
    float *place;  /* in bins, interpolated */
    float *height; /* magnitude, interpolated */
    size_t count;
} ut_peaks;

/* Add the peaks of `frames` <= UT_LANES frames. A peak is larger than its left neighbour, no smaller than its right
 * one, and above a tenth of its frame's maximum. */
void ut_find_peaks(const ut_lanes magnitude[UT_BINS], size_t frames, ut_peaks *peaks);

/* Deviations from the nearest semitone fall into classes of a hundredth. */
#define UT_TUNING_CLASSES 100

/* The class of a peak at a frequency; and the tuning in semitones that the fullest class (first of equals) stands for. */
int ut_deviation_class(float hz);
float ut_fullest_class(const uint32_t classes[UT_TUNING_CLASSES]);

/* The tuning in semitones, -0.5 .. 0.49 in steps of 0.01, as librosa.estimate_tuning: the fullest (first of equals) of
 * 100 classes of the deviations of those peaks that are no lower than the median. 0 without peaks. */
float ut_tuning(const ut_peaks *peaks, float bin_hz, uint32_t counters[UT_MEDIAN_COUNTERS]);

#endif
