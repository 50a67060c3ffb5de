/* feature_parts.c: article.v1 in parts, so that each feature's share can be timed. Each part does all that it needs
 * from the samples on, as librosa's separate functions do; together they cost more than ut_features.
 *
 * FLOOR is what no way to these numbers can leave out: windowed transforms, power, and the mel sums of each frame.
 * parts_arithmetic runs nothing but additions and multiplications, as many at once as the processor takes. */
#include "chroma.h"
#include "mathf.h"
#include "mfcc.h"
#include "rms.h"
#include "tuning.h"
#include "zcr.h"

enum { ZCR = 0, CHROMA = 1, MFCC = 2, RMS = 3, MEL = 4, FLOOR = 5 };
enum { MAX_FRAMES = 256, GROUPS = (MAX_FRAMES + UT_LANES - 1) / UT_LANES };

static uint8_t memory[1 << 20] __attribute__((aligned(UT_ALIGNMENT)));
static ut_spectrum_plan spectrum;
static ut_mel_plan mel_plan;
static ut_columns columns;
static ut_mfcc_plan mfcc_plan;
static ut_chroma_plan chroma_plan;
static ut_complex z[UT_FRAME / 2];
static ut_lanes power[UT_BINS], mel[UT_MELS], db[GROUPS * UT_MELS], magnitude[GROUPS * UT_BINS];
static float place[MAX_FRAMES * UT_PEAKS_PER_FRAME], height[MAX_FRAMES * UT_PEAKS_PER_FRAME], sums[UT_MELS];
static ut_chroma_filter filter;
static uint32_t counters[UT_MEDIAN_COUNTERS];

__attribute__((visibility("default"))) void parts_prepare(void);
__attribute__((visibility("default"))) void parts_run(int part, const float *samples, size_t count);
__attribute__((visibility("default"))) double parts_arithmetic(size_t rounds);

void parts_prepare(void) {
    ut_room room = {.base = memory};
    spectrum = ut_spectrum_tables(&room, UT_FRAME);
    mel_plan = ut_mel_tables(&room, UT_MELS, UT_FRAME);
    columns = ut_hop_columns(&room);
    ut_spectrum_prepare(&spectrum);
    ut_mel_prepare(&mel_plan, UT_MEL_SLANEY, 22050.0, 0.0, 11025.0);
    ut_mfcc_prepare(&mfcc_plan);
    ut_chroma_prepare(&chroma_plan, 22050.0);
}

static void run_group(int part, size_t group, size_t here, ut_peaks *peaks) {
    if (part == CHROMA) {
        const float *from = (const float *)power;
        float *to = (float *)(magnitude + group * UT_BINS);
        for (size_t i = 0; i < (size_t)UT_BINS * UT_LANES; i++) to[i] = ut_sqrt(from[i]);
        ut_find_peaks(magnitude + group * UT_BINS, here, peaks);
        return;
    }
    ut_mel(&mel_plan, power, mel);
    if (part == MFCC) ut_decibels(mel, db + group * UT_MELS);
    const float *values = (const float *)mel;
    for (size_t i = 0; part == MEL && i < UT_MELS; i++)
        for (size_t lane = 0; lane < here; lane++) sums[i] += values[i * UT_LANES + lane];
}

static void mfcc_of_groups(size_t frames) {
    float most = UT_LOWEST_DB, coefficients[UT_MFCCS];
    for (size_t band = 0; band < UT_MELS; band++) sums[band] = 0.0f;
    for (size_t first = 0; first < frames; first += UT_LANES)
        most = ut_loudest_db(db + first / UT_LANES * UT_MELS, frames - first < UT_LANES ? frames - first : UT_LANES, most);
    for (size_t first = 0; first < frames; first += UT_LANES)
        ut_mfcc_add(db + first / UT_LANES * UT_MELS, frames - first < UT_LANES ? frames - first : UT_LANES, most, sums);
    ut_mfcc_means(&mfcc_plan, sums, frames, coefficients);
    sums[0] = coefficients[0]; /* kept, so that the compiler computes it */
}

void parts_run(int part, const float *samples, size_t count) {
    size_t frames = ut_frame_count(count);
    ut_peaks peaks = {place, height, 0};
    if (part == ZCR || part == RMS) {
        sums[0] = part == ZCR ? ut_zcr_mean(samples, count) : ut_rms_mean(samples, count);
        return;
    }
    for (size_t first = 0; first < frames; first += UT_LANES) {
        ut_lay_out_hops(samples, count, first, &columns);
        ut_power_spectra(&spectrum, &columns, z, power);
        run_group(part, first / UT_LANES, frames - first < UT_LANES ? frames - first : UT_LANES, &peaks);
    }
    if (part == MFCC) mfcc_of_groups(frames);
    if (part != CHROMA) return;
    ut_chroma_tune(&chroma_plan, ut_tuning(&peaks, 22050.0f / 2048.0f, counters), filter);
    for (size_t first = 0; first < frames; first += UT_LANES)
        ut_chroma_add(filter, magnitude + first / UT_LANES * UT_BINS, frames - first < UT_LANES ? frames - first : UT_LANES, sums);
}

/* Sixteen running products and sums, none of which waits for another; returns how many float operations were done. */
double parts_arithmetic(size_t rounds) {
    ut_lanes x[16];
    for (size_t i = 0; i < 16; i++) x[i] = power[i];
    for (size_t round = 0; round < rounds; round++)
        for (size_t i = 0; i < 16; i++) x[i] = x[i] * 0.999f + 0.001f;
    for (size_t i = 0; i < 16; i++) power[i] = x[i];
    return (double)rounds * 16.0 * 2.0 * UT_LANES;
}
