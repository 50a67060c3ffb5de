/* zcr.c: zero-crossing rate. */
#include "zcr.h"

#include "blocks.h"
#include "mathf.h"

/* librosa's threshold: what is no larger counts as zero, and zero as positive. */
static int negative(float x) { return x < -1e-10f; }

/* A crossing at i is a change of sign from sample i-1 to i. Frame f sees the crossings 512f-1023 .. 512f+1023 (padding
 * repeats the edge samples, so there are none outside the clip). How many frames see crossing i: those with
 * |512 f - i| <= 1023. Each block of 512 positions between frame centres is therefore seen by up to four frames. */
float ut_zcr_mean(const float *samples, size_t count) {
    size_t frames = ut_frame_count(count);
    uint64_t seen = 0;
    for (size_t block = 0; block * UT_HOP < count; block++) {
        size_t begin = block * UT_HOP, end = begin + UT_HOP < count ? begin + UT_HOP : count;
        uint32_t inside = 0;
        for (size_t i = begin + 1; i < end; i++) inside += (uint32_t)(negative(samples[i]) ^ negative(samples[i - 1]));
        uint32_t at_begin = begin ? (uint32_t)(negative(samples[begin]) ^ negative(samples[begin - 1])) : 0;
        /* Inside, frames block-1 .. block+2 see it; exactly on a centre, frames block-1 .. block+1. */
        size_t low = block >= 1 ? block - 1 : 0;
        size_t high = block + 2 < frames ? block + 2 : frames - 1, high_at_begin = block + 1 < frames ? block + 1 : frames - 1;
        seen += (uint64_t)inside * (high - low + 1) + (uint64_t)at_begin * (high_at_begin - low + 1);
    }
    return (float)((double)seen / ((double)frames * (double)UT_FRAME));
}
