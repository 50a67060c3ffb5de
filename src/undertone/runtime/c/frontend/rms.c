/* rms.c: root mean square. */
#include "rms.h"

#include "blocks.h"
#include "mathf.h"

float ut_rms_mean(const float *samples, size_t count) {
    size_t frames = ut_frame_count(count);
    ut_energy_walk walk;
    ut_energy_start(&walk, samples, count);
    float sum = 0.0f;
    for (size_t f = 0; f < frames; f++) sum += ut_sqrt(ut_energy_next(&walk, samples, count) * (1.0f / (float)UT_FRAME));
    return sum / (float)frames;
}
