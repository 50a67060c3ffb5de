/* article.c: article.v1, the five features of the article as 162 time means: zero-crossing rate 1, chroma 12, MFCC 20,
 * rms 1, mel 128. The first pass over the frames makes spectra, mel bands and peaks; tuning and the 80 dB floor need
 * the whole clip, so chroma and MFCC are finished afterwards.
 */
#include "article.h"

#include "mathf.h"
#include "rms.h"
#include "room.h"
#include "tuning.h"
#include "zcr.h"

typedef struct article_scratch {
    ut_columns columns;  /* samples of one group of UT_LANES frames */
    ut_complex *z;       /* its transform */
    ut_lanes *power;     /* of one group */
    ut_lanes *mel;       /* of one group */
    ut_lanes *db;        /* UT_MELS for each group */
    ut_lanes *magnitude; /* UT_BINS for each group */
    ut_chroma_filter *filter;
    uint32_t *counters;
    ut_peaks peaks;
} article_scratch;

static size_t group_count(size_t frames) { return (frames + UT_LANES - 1) / UT_LANES; }

/* Frames of the group that begins with frame `first`. */
static size_t here(size_t frames, size_t first) { return frames - first < UT_LANES ? frames - first : UT_LANES; }

ut_article_plan ut_article_tables(ut_room *room) {
    ut_article_plan plan = {0};
    plan.spectrum = ut_spectrum_tables(room, UT_FRAME);
    plan.mel = ut_mel_tables(room, UT_MELS, UT_FRAME);
    plan.mfcc = ut_take(room, sizeof *plan.mfcc);
    plan.chroma = ut_take(room, sizeof *plan.chroma);
    return plan;
}

static article_scratch lay_out(ut_room *room, size_t count) {
    size_t frames = ut_frame_count(count), groups = group_count(frames);
    article_scratch s = {0};
    s.columns = ut_hop_columns(room);
    s.z = ut_take(room, sizeof(ut_complex) * UT_FRAME / 2);
    s.power = ut_take(room, sizeof(ut_lanes) * UT_BINS);
    s.mel = ut_take(room, sizeof(ut_lanes) * UT_MELS);
    s.db = ut_take(room, sizeof(ut_lanes) * UT_MELS * groups);
    s.magnitude = ut_take(room, sizeof(ut_lanes) * UT_BINS * groups);
    s.filter = ut_take(room, sizeof *s.filter);
    s.counters = ut_take(room, sizeof(uint32_t) * UT_MEDIAN_COUNTERS);
    s.peaks.place = ut_take(room, sizeof(float) * UT_PEAKS_PER_FRAME * frames);
    s.peaks.height = ut_take(room, sizeof(float) * UT_PEAKS_PER_FRAME * frames);
    return s;
}

size_t ut_article_plan_bytes(void) {
    ut_room room = {0};
    ut_article_tables(&room);
    return room.used;
}

void ut_article_prepare(void *memory) {
    ut_room room = {.base = memory};
    ut_article_plan plan = ut_article_tables(&room);
    ut_spectrum_prepare(&plan.spectrum);
    ut_mel_prepare(&plan.mel, UT_MEL_SLANEY, (double)UT_ARTICLE_RATE, 0.0, (double)UT_ARTICLE_RATE / 2.0);
    ut_mfcc_prepare(plan.mfcc);
    ut_chroma_prepare(plan.chroma, (double)UT_ARTICLE_RATE);
}

size_t ut_article_scratch_bytes(size_t count) {
    ut_room room = {0};
    lay_out(&room, count);
    return room.used;
}

void ut_article_magnitudes(const ut_lanes power[UT_BINS], ut_lanes magnitude[UT_BINS]) {
    const float *from = (const float *)power;
    float *to = (float *)magnitude;
    for (size_t i = 0; i < (size_t)UT_BINS * UT_LANES; i++) to[i] = ut_sqrt(from[i]);
}

void ut_article_add_mel(const ut_lanes mel[UT_MELS], size_t frames, float sums[UT_MELS]) {
    const float *values = (const float *)mel;
    for (size_t band = 0; band < UT_MELS; band++)
        for (size_t lane = 0; lane < frames; lane++) sums[band] += values[band * UT_LANES + lane];
}

ut_article_blocks ut_article_blocks_of(float out[UT_ARTICLE_SIZE]) {
    for (size_t i = 0; i < UT_ARTICLE_SIZE; i++) out[i] = 0.0f;
    float *chroma = out + 1, *mfcc = chroma + UT_NOTES, *rms = mfcc + UT_MFCCS;
    return (ut_article_blocks){.zcr = out, .chroma = chroma, .mfcc = mfcc, .rms = rms, .mel = rms + 1};
}

void ut_article_finish(const ut_article_blocks *blocks, const float *samples, size_t count) {
    size_t frames = ut_frame_count(count);
    for (size_t i = 0; i < UT_NOTES; i++) blocks->chroma[i] /= (float)frames;
    for (size_t i = 0; i < UT_MELS; i++) blocks->mel[i] /= (float)frames;
    *blocks->rms = ut_rms_mean(samples, count);
    *blocks->zcr = ut_zcr_mean(samples, count);
}

/* Means over groups of frames; the floor is known when all of them are there. */
static void mfcc_of_groups(const ut_mfcc_plan *plan, const ut_lanes *db, size_t frames, float out[UT_MFCCS]) {
    float most = UT_LOWEST_DB, sums[UT_MELS] = {0};
    for (size_t first = 0; first < frames; first += UT_LANES)
        most = ut_loudest_db(db + first / UT_LANES * UT_MELS, here(frames, first), most);
    for (size_t first = 0; first < frames; first += UT_LANES)
        ut_mfcc_add(db + first / UT_LANES * UT_MELS, here(frames, first), most, sums);
    ut_mfcc_means(plan, sums, frames, out);
}

void ut_article(void *memory, const float *samples, size_t count, void *scratch, float out[UT_ARTICLE_SIZE]) {
    ut_room plan_room = {.base = memory}, scratch_room = {.base = scratch};
    const ut_article_plan plan = ut_article_tables(&plan_room);
    article_scratch s = lay_out(&scratch_room, count);
    const ut_article_blocks blocks = ut_article_blocks_of(out);
    size_t frames = ut_frame_count(count);
    for (size_t first = 0; first < frames; first += UT_LANES) {
        size_t group = first / UT_LANES;
        ut_lanes *magnitude = s.magnitude + group * UT_BINS;
        ut_lay_out_hops(samples, count, first, &s.columns);
        ut_power_spectra(&plan.spectrum, &s.columns, s.z, s.power);
        ut_mel(&plan.mel, s.power, s.mel);
        ut_article_add_mel(s.mel, here(frames, first), blocks.mel);
        ut_decibels(s.mel, s.db + group * UT_MELS);
        ut_article_magnitudes(s.power, magnitude);
        ut_find_peaks(magnitude, here(frames, first), &s.peaks);
    }
    float bin_hz = (float)UT_ARTICLE_RATE / (float)UT_FRAME;
    ut_chroma_tune(plan.chroma, ut_tuning(&s.peaks, bin_hz, s.counters), *s.filter);
    for (size_t first = 0; first < frames; first += UT_LANES)
        ut_chroma_add(*s.filter, s.magnitude + first / UT_LANES * UT_BINS, here(frames, first), blocks.chroma);
    mfcc_of_groups(plan.mfcc, s.db, frames, blocks.mfcc);
    ut_article_finish(&blocks, samples, count);
}
