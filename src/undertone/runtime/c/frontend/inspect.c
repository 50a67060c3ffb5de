/* inspect.c: what makes an answer doubtful, and its words. */
#include "undertone.h"

#include "mathf.h"

/* The largest positive PCM16 value; converters clip to it, and float files rarely reach it by chance. */
static const float full_scale = 32767.0f / 32768.0f;

int ut_finite(const float *samples, size_t count) {
    int bad = 0; /* no comparison holds for NaN */
    for (size_t i = 0; i < count; i++) bad |= !(ut_abs(samples[i]) <= UT_LARGEST_SAMPLE);
    return !bad;
}

static int is_silent(const float *samples, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (samples[i] != 0.0f) return 0;
    return 1;
}

/* One or two samples at full scale happen in sound that was normalised to its peak; three in a row are a flat top. */
static int is_clipped(const float *samples, size_t count) {
    int above = 0, below = 0;
    for (size_t i = 0; i < count; i++) {
        above = samples[i] >= full_scale ? above + 1 : 0;
        below = samples[i] <= -full_scale ? below + 1 : 0;
        if (above == 3 || below == 3) return 1;
    }
    return 0;
}

uint32_t ut_inspect(const float *samples, size_t count, uint32_t rate, uint32_t channels) {
    uint32_t flags = 0;
    if ((uint64_t)count * 4 < rate) flags |= UT_NOTE_SHORT;
    if (is_silent(samples, count)) flags |= UT_NOTE_SILENT;
    if (is_clipped(samples, count)) flags |= UT_NOTE_CLIPPED;
    if (rate > 48000) flags |= UT_NOTE_HIGH_RATE;
    if (channels > 2) flags |= UT_NOTE_CHANNELS;
    return flags;
}

const char *ut_note_text(uint32_t flag) {
    switch (flag) {
    case UT_NOTE_SHORT: return "shorter than 0.25 s: too little to judge by";
    case UT_NOTE_SILENT: return "digital silence: every sample is zero";
    case UT_NOTE_CLIPPED: return "clipped: three or more neighbouring samples at full scale";
    case UT_NOTE_HIGH_RATE: return "sample rate above 48000 Hz: resampled, what lies above the voice is dropped";
    case UT_NOTE_CHANNELS: return "more than 2 channels: their mean is used";
    default: return NULL;
    }
}
