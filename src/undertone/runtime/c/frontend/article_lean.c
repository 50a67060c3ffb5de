/* article_lean.c: article.v1 in memory that does not grow with the clip, for devices; the bits are those of article.c.
 *
 * The 80 dB floor and the tuning look at the whole clip, so its frames are gone through twice: once for mel power, the
 * loudest band and the peaks, once for MFCC and chroma. More often only where the peaks do not fit: see sieve.h.
 */
#include "article.h"
#include "sieve.h"

typedef struct lean_scratch {
    ut_columns columns; /* samples of one group of UT_LANES frames */
    ut_complex *z;      /* its transform */
    ut_lanes *power, *magnitude, *mel, *db;
    ut_peaks peaks;
    ut_sieve *sieve;          /* until the tuning is known, */
    ut_chroma_filter *filter; /* then its filter in the same place */
} lean_scratch;

static lean_scratch lay_out(ut_room *room) {
    lean_scratch s = {0};
    s.columns = ut_hop_columns(room);
    s.z = ut_take(room, sizeof(ut_complex) * UT_FRAME / 2);
    s.power = ut_take(room, sizeof(ut_lanes) * UT_BINS);
    s.magnitude = ut_take(room, sizeof(ut_lanes) * UT_BINS);
    s.mel = ut_take(room, sizeof(ut_lanes) * UT_MELS);
    s.db = ut_take(room, sizeof(ut_lanes) * UT_MELS);
    s.peaks.place = ut_take(room, sizeof(float) * UT_PEAKS_PER_FRAME * UT_LANES);
    s.peaks.height = ut_take(room, sizeof(float) * UT_PEAKS_PER_FRAME * UT_LANES);
    s.sieve = ut_take(room, sizeof *s.sieve > sizeof *s.filter ? sizeof *s.sieve : sizeof *s.filter);
    s.filter = (ut_chroma_filter *)(void *)s.sieve;
    return s;
}

size_t ut_article_lean_bytes(void) {
    ut_room room = {0};
    lay_out(&room);
    return room.used;
}

/* What the passes over the frames share. */
typedef struct lean_walk {
    const ut_article_plan *plan;
    const float *samples;
    size_t count, frames, first;
    lean_scratch *s;
} lean_walk;

static size_t here(const lean_walk *walk) {
    size_t left = walk->frames - walk->first;
    return left < UT_LANES ? left : UT_LANES;
}

static void spectra(const lean_walk *walk) {
    lean_scratch *s = walk->s;
    ut_lay_out_hops(walk->samples, walk->count, walk->first, &s->columns);
    ut_power_spectra(&walk->plan->spectrum, &s->columns, s->z, s->power);
    ut_article_magnitudes(s->power, s->magnitude);
}

static void decibels(const lean_walk *walk) {
    ut_mel(&walk->plan->mel, walk->s->power, walk->s->mel);
    ut_decibels(walk->s->mel, walk->s->db);
}

static void sift(const lean_walk *walk) {
    walk->s->peaks.count = 0;
    ut_find_peaks(walk->s->magnitude, here(walk), &walk->s->peaks);
    ut_sieve_add(walk->s->sieve, &walk->s->peaks, (float)UT_ARTICLE_RATE / (float)UT_FRAME);
}

/* Mel power, peaks; answers the loudest band. */
static float first_pass(lean_walk *walk, float *mel) {
    float most = UT_LOWEST_DB;
    ut_sieve_start(walk->s->sieve);
    for (walk->first = 0; walk->first < walk->frames; walk->first += UT_LANES) {
        spectra(walk);
        decibels(walk);
        ut_article_add_mel(walk->s->mel, here(walk), mel);
        most = ut_loudest_db(walk->s->db, here(walk), most);
        sift(walk);
    }
    return most;
}

static void pass_for_peaks(lean_walk *walk) {
    for (walk->first = 0; walk->first < walk->frames; walk->first += UT_LANES) {
        spectra(walk);
        sift(walk);
    }
}

/* MFCC and chroma, with what is known of the whole clip. */
static void last_pass(lean_walk *walk, float loudest_db, const ut_article_blocks *blocks) {
    float sums[UT_MELS] = {0};
    for (walk->first = 0; walk->first < walk->frames; walk->first += UT_LANES) {
        spectra(walk);
        decibels(walk);
        ut_mfcc_add(walk->s->db, here(walk), loudest_db, sums);
        ut_chroma_add(*walk->s->filter, walk->s->magnitude, here(walk), blocks->chroma);
    }
    ut_mfcc_means(walk->plan->mfcc, sums, walk->frames, blocks->mfcc);
}

void ut_article_lean(void *memory, const float *samples, size_t count, void *scratch, float out[UT_ARTICLE_SIZE]) {
    ut_room plan_room = {.base = memory}, scratch_room = {.base = scratch};
    const ut_article_plan plan = ut_article_tables(&plan_room);
    lean_scratch s = lay_out(&scratch_room);
    lean_walk walk = {.plan = &plan, .samples = samples, .count = count, .frames = ut_frame_count(count), .s = &s};
    const ut_article_blocks blocks = ut_article_blocks_of(out);
    float loudest_db = first_pass(&walk, blocks.mel);
    while (ut_sieve_again(s.sieve)) pass_for_peaks(&walk);
    ut_chroma_tune(plan.chroma, ut_sieve_tuning(s.sieve), *s.filter);
    last_pass(&walk, loudest_db, &blocks);
    ut_article_finish(&blocks, samples, count);
}
