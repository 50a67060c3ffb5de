/* mix.c: all channels to one. */
#include "undertone.h"

void ut_mix(const float *interleaved, size_t frames, uint32_t channels, float *out) {
    if (channels == 1) {
        for (size_t i = 0; i < frames; i++) out[i] = interleaved[i];
        return;
    }
    float scale = 1.0f / (float)channels;
    for (size_t i = 0; i < frames; i++) {
        float sum = 0.0f;
        for (uint32_t c = 0; c < channels; c++) sum += interleaved[i * channels + c];
        out[i] = sum * scale;
    }
}
