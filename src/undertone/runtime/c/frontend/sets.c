/* sets.c: the feature sets behind one form.
 *
 * The table would tie the code of all sets to every program: with -DUT_ONLY=1 (the number of one set) the others stay out.
 */
#include "sets.h"

#include "article.h"
#include "melpitch.h"
#include "pooledlog.h"
#include "voice_v1.h"

#ifndef UT_ONLY
#define UT_ONLY 0
#endif
#define UT_HAS(set) (UT_ONLY == 0 || UT_ONLY == (set))

/* ---- article.v1, pooledlog.v1, pooledlog.v2: one row, of a segment that was trimmed before ---- */

#if UT_HAS(1)
static void prepare_article(void *plan, float trim_db) {
    (void)trim_db;
    ut_article_prepare(plan);
}

static size_t least_article(size_t count) {
    size_t fast = ut_article_scratch_bytes(count), lean = ut_article_lean_bytes();
    return fast < lean ? fast : lean;
}

static void compute_article(void *plan, const float *samples, size_t count, ut_span scratch, float *out, size_t rows) {
    (void)rows;
    if (scratch.bytes >= ut_article_scratch_bytes(count))
        ut_article(plan, samples, count, scratch.base, out);
    else
        ut_article_lean(plan, samples, count, scratch.base, out);
}
#endif

#if UT_HAS(2) || UT_HAS(4)
static void prepare_pooledlog(void *plan, float trim_db) {
    (void)trim_db;
    ut_pooledlog_prepare(plan);
}
#endif

#if UT_HAS(2)
static void compute_pooledlog(void *plan, const float *samples, size_t count, ut_span scratch, float *out, size_t rows) {
    (void)rows;
    ut_pooledlog(plan, samples, count, scratch.base, out);
}
#endif

#if UT_HAS(4)
static void compute_pooledlog_v2(void *plan, const float *samples, size_t count, ut_span scratch, float *out, size_t rows) {
    (void)rows;
    ut_pooledlog_v2(plan, samples, count, scratch.base, out);
}
#endif

/* ---- melpitch.v1 with its default bands and hop; it trims its own frames ---- */

#if UT_HAS(3)
enum { MELPITCH_COLUMNS = 66 };

static ut_melpitch_settings melpitch(float trim_db) {
    return (ut_melpitch_settings){{64, 256, 50.0f, 7600.0f}, trim_db, 13.8f};
}

static size_t melpitch_plan_bytes(void) {
    const ut_melpitch_settings settings = melpitch(0.0f);
    return ut_melpitch_plan_bytes(&settings);
}

static void prepare_melpitch(void *plan, float trim_db) {
    const ut_melpitch_settings settings = melpitch(trim_db);
    ut_melpitch_plan(&settings, plan, ut_melpitch_plan_bytes(&settings));
}

typedef struct melpitch_scratch {
    void *group;
    float *frames, *sequence;
    size_t count;
} melpitch_scratch;

static melpitch_scratch melpitch_in(ut_room *room, size_t count) {
    const ut_melpitch_settings settings = melpitch(0.0f);
    melpitch_scratch s = {.count = ut_melpitch_frame_count(&settings, count)};
    s.group = ut_take(room, ut_melpitch_frames_scratch_bytes(&settings));
    s.frames = ut_take(room, sizeof(float) * s.count * ut_melpitch_frame_width(&settings));
    s.sequence = ut_take(room, sizeof(float) * s.count * MELPITCH_COLUMNS);
    return s;
}

static size_t melpitch_scratch_bytes(size_t count) {
    ut_room room = {0};
    melpitch_in(&room, count);
    return room.used;
}

static void compute_melpitch(void *plan, const float *samples, size_t count, ut_span scratch, float *out, size_t rows) {
    const ut_melpitch_settings settings = melpitch(0.0f);
    ut_room room = {.base = scratch.base};
    const melpitch_scratch s = melpitch_in(&room, count);
    ut_melpitch_frames(plan, samples, count, s.group, ut_melpitch_frames_scratch_bytes(&settings), s.frames);
    ut_melpitch_fit(s.sequence, ut_melpitch_normalise(plan, s.frames, s.count, s.sequence), MELPITCH_COLUMNS, out, rows);
}
#endif

/* ---- voice.v1: the sequence of melpitch.v1, then the numbers of pooledlog.v2 ---- */

#if UT_HAS(5)
static void compute_voice(void *plan, const float *samples, size_t count, ut_span scratch, float *out, size_t rows) {
    ut_voice_v1(plan, samples, count, scratch.base, out, rows);
}
#endif

static const ut_feature_set sets[UT_FEATURE_SETS + 1] = {
#if UT_HAS(1)
    [UT_ARTICLE_V1] = {UT_ARTICLE_RATE, UT_ARTICLE_SIZE, 0, 0, ut_article_plan_bytes, prepare_article,
                       ut_article_scratch_bytes, least_article, compute_article},
#endif
#if UT_HAS(2)
    [UT_POOLEDLOG_V1] = {UT_POOLEDLOG_RATE, UT_POOLEDLOG_SIZE, 0, 0, ut_pooledlog_plan_bytes, prepare_pooledlog,
                         ut_pooledlog_scratch_bytes, ut_pooledlog_scratch_bytes, compute_pooledlog},
#endif
#if UT_HAS(3)
    [UT_MELPITCH_V1] = {UT_LOGMEL_RATE, MELPITCH_COLUMNS, 1, 0, melpitch_plan_bytes, prepare_melpitch,
                        melpitch_scratch_bytes, melpitch_scratch_bytes, compute_melpitch},
#endif
#if UT_HAS(4)
    [UT_POOLEDLOG_V2] = {UT_POOLEDLOG_RATE, UT_POOLEDLOG_V2_SIZE, 0, 0, ut_pooledlog_plan_bytes, prepare_pooledlog,
                         ut_pooledlog_v2_scratch_bytes, ut_pooledlog_v2_scratch_bytes, compute_pooledlog_v2},
#endif
#if UT_HAS(5)
    [UT_VOICE_V1] = {UT_POOLEDLOG_RATE, UT_VOICE_V1_COLUMNS, 1, UT_VOICE_V1_STATISTICS, ut_voice_v1_plan_bytes,
                     ut_voice_v1_prepare, ut_voice_v1_scratch_bytes, ut_voice_v1_scratch_bytes, compute_voice},
#endif
};

const ut_feature_set *ut_set_of(uint32_t feature_set) {
    return feature_set <= UT_FEATURE_SETS && sets[feature_set].rate ? &sets[feature_set] : NULL;
}
