/* wav.c: RIFF/WAVE in memory to float samples. Reads nothing outside the given bytes, whatever they say. */
#include "undertone.h"

enum { FORMAT_PCM = 1, FORMAT_FLOAT = 3, FORMAT_EXTENSIBLE = 0xfffe };

static uint32_t read16(const uint8_t *p) { return (uint32_t)p[0] | (uint32_t)p[1] << 8; }

static uint32_t read32(const uint8_t *p) { return read16(p) | read16(p + 2) << 16; }

static int is_tag(const uint8_t *p, const char *tag) {
    for (int i = 0; i < 4; i++)
        if (p[i] != (uint8_t)tag[i]) return 0;
    return 1;
}

/* The `fmt ` chunk: tag, channels, rate, bytes a second, bytes a frame, bits; the extensible form repeats the tag. */
static ut_status read_format(const uint8_t *chunk, size_t size, ut_wav *wav) {
    if (size < 16) return UT_BAD_WAV;
    uint32_t format = read16(chunk), bits = read16(chunk + 14);
    if (format == FORMAT_EXTENSIBLE) {
        if (size < 40) return UT_BAD_WAV;
        format = read16(chunk + 24);
    }
    wav->channels = read16(chunk + 2);
    wav->rate = read32(chunk + 4);
    wav->sample_bytes = bits / 8;
    wav->is_float = format == FORMAT_FLOAT;
    int pcm = format == FORMAT_PCM && (bits == 8 || bits == 16 || bits == 24 || bits == 32);
    int floating = format == FORMAT_FLOAT && (bits == 32 || bits == 64);
    if (!pcm && !floating) return UT_WAV_CODEC;
    if (wav->channels < 1 || wav->channels > 1024) return UT_BAD_WAV;
    if (read16(chunk + 12) != wav->channels * wav->sample_bytes) return UT_BAD_WAV;
    if (wav->rate < UT_MIN_RATE || wav->rate > UT_MAX_RATE) return UT_BAD_RATE;
    return UT_OK;
}

ut_status ut_wav_open(const void *bytes, size_t size, ut_wav *wav) {
    const uint8_t *file = bytes;
    if (size < 12 || !is_tag(file, "RIFF") || !is_tag(file + 8, "WAVE")) return UT_NOT_WAV;
    int have_format = 0;
    size_t at = 12;
    while (size - at >= 8) {
        const uint8_t *chunk = file + at + 8;
        size_t left = size - at - 8;
        size_t length = read32(file + at + 4);
        size_t here = length < left ? length : left; /* a recorder that was cut off leaves a length that is too large */
        if (is_tag(file + at, "fmt ")) {
            ut_status status = read_format(chunk, here, wav);
            if (status != UT_OK) return status;
            have_format = 1;
        } else if (is_tag(file + at, "data")) {
            if (!have_format) return UT_BAD_WAV;
            wav->data = chunk;
            wav->frames = here / ((size_t)wav->channels * wav->sample_bytes);
            return wav->frames ? UT_OK : UT_EMPTY;
        }
        if (length >= left) break;
        at += 8 + length + (length & 1); /* chunks start at even places */
        if (at > size) break;
    }
    return UT_BAD_WAV;
}

static float read_float32(const uint8_t *p) {
    union {
        uint32_t bits;
        float value;
    } sample = {.bits = read32(p)};
    return sample.value;
}

static float read_float64(const uint8_t *p) {
    union {
        uint64_t bits;
        double value;
    } sample = {.bits = (uint64_t)read32(p) | (uint64_t)read32(p + 4) << 32};
    return (float)sample.value;
}

/* Integers come as the top bytes of 32 bits, so one scale serves all widths; 8 bits are unsigned by custom. */
static float read_integer(const uint8_t *p, uint32_t bytes) {
    uint32_t top = 0;
    for (uint32_t i = 0; i < bytes; i++) top = (top >> 8) | (uint32_t)p[i] << 24;
    if (bytes == 1) top ^= 0x80000000u;
    return (float)(int32_t)top * (1.0f / 2147483648.0f);
}

void ut_wav_read(const ut_wav *wav, size_t first, size_t frames, float *interleaved) {
    uint32_t bytes = wav->sample_bytes;
    const uint8_t *from = wav->data + first * wav->channels * bytes;
    size_t count = frames * wav->channels;
    for (size_t i = 0; i < count; i++) {
        const uint8_t *p = from + i * bytes;
        if (!wav->is_float)
            interleaved[i] = read_integer(p, bytes);
        else
            interleaved[i] = bytes == 4 ? read_float32(p) : read_float64(p);
    }
}
