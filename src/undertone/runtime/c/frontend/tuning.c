/* tuning.c: spectral peaks, and the tuning they agree on. */
#include "tuning.h"

#include "mathf.h"

/* Vertex of the parabola through three magnitudes; librosa keeps the middle where the vertex is not between them. */
static void add_peak(ut_peaks *peaks, int bin, float left, float middle, float right) {
    float curvature = (right - middle) + (left - middle), slope = (right - left) * 0.5f;
    float shift = ut_abs(slope) >= ut_abs(curvature) ? 0.0f : -slope / curvature;
    peaks->place[peaks->count] = (float)bin + shift;
    peaks->height[peaks->count] = middle + 0.5f * slope * shift;
    peaks->count++;
}

void ut_find_peaks(const ut_lanes magnitude[UT_BINS], size_t frames, ut_peaks *peaks) {
    ut_lanes threshold = magnitude[0];
    for (int bin = 1; bin < UT_BINS; bin++) threshold = ut_lanes_max(threshold, magnitude[bin]);
    threshold = threshold * 0.1f;
    uint32_t lanes = frames < 32 ? (1u << frames) - 1 : 0;
    for (int bin = UT_FIRST_PITCH_BIN; bin <= UT_LAST_PITCH_BIN; bin++) {
        uint32_t found = lanes & ut_lanes_peak(magnitude[bin], threshold, magnitude[bin - 1], magnitude[bin + 1]);
        const float *middle = (const float *)(magnitude + bin);
        for (; found; found &= found - 1) {
            int lane = __builtin_ctz(found);
            add_peak(peaks, bin, middle[lane - UT_LANES], middle[lane], middle[lane + UT_LANES]);
        }
    }
}

/* Each step rounds as librosa's float32 arrays do. */
int ut_deviation_class(float hz) {
    float semitones = 12.0f * ut_log2(hz / 27.5f);
    float deviation = semitones - (float)(int)semitones; /* hz >= 145: semitones are positive */
    if (deviation >= 0.5f) deviation -= 1.0f;
    return (int)((double)deviation * 100.0 + 50.0);
}

float ut_fullest_class(const uint32_t classes[UT_TUNING_CLASSES]) {
    int fullest = 0;
    for (int i = 1; i < UT_TUNING_CLASSES; i++)
        if (classes[i] > classes[fullest]) fullest = i;
    return (float)(fullest - UT_TUNING_CLASSES / 2) / (float)UT_TUNING_CLASSES;
}

float ut_tuning(const ut_peaks *peaks, float bin_hz, uint32_t counters[UT_MEDIAN_COUNTERS]) {
    if (peaks->count == 0) return 0.0f;
    float threshold = ut_median(peaks->height, peaks->count, counters);
    for (int i = 0; i < UT_TUNING_CLASSES; i++) counters[i] = 0;
    for (size_t i = 0; i < peaks->count; i++)
        if (peaks->height[i] >= threshold) counters[ut_deviation_class(peaks->place[i] * bin_hz)]++;
    return ut_fullest_class(counters);
}
