/* trim.c: drop the quiet edges of a clip. */
#include "undertone.h"

#include "blocks.h"
#include "mathf.h"

/* librosa compares 10 log10(max(1e-10, power)); the same without logarithms, on sums instead of means. */
static const float floor_energy = 1e-10f * (float)UT_FRAME;

static float loudest(const float *samples, size_t count) {
    ut_energy_walk walk;
    ut_energy_start(&walk, samples, count);
    float most = floor_energy;
    for (size_t f = 0; f < ut_frame_count(count); f++) most = ut_max(most, ut_energy_next(&walk, samples, count));
    return most;
}

void ut_trim(const float *samples, size_t count, float trim_db, size_t *begin, size_t *end) {
    *begin = 0;
    *end = count;
    if (count == 0 || trim_db <= 0.0f) return;
    float quiet = loudest(samples, count) * ut_exp(-0.230258509f * trim_db); /* 10^(-dB/10) */
    if (floor_energy > quiet) return;
    size_t first = 0, last = 0;
    int found = 0;
    ut_energy_walk walk;
    ut_energy_start(&walk, samples, count);
    for (size_t f = 0; f < ut_frame_count(count); f++) {
        if (ut_energy_next(&walk, samples, count) <= quiet) continue;
        if (!found) first = f;
        found = 1;
        last = f;
    }
    *begin = first * UT_HOP;
    *end = (last + 1) * UT_HOP < count ? (last + 1) * UT_HOP : count;
}
