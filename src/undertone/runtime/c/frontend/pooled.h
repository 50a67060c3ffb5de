/* pooled.h: a clip as a matrix of quantities over its frames, of which pooledlog.v1 and pooledlog.v2 are statistics. */
#ifndef UT_POOLED_H
#define UT_POOLED_H

#include "contour.h"
#include "matrix.h"
#include "melpitch.h"
#include "rhythm.h"

/* Rows of the matrix. */
enum { UT_BANDS = 32, UT_COEFFICIENTS = 20 };
enum { UT_LOUDNESS = UT_BANDS + UT_COEFFICIENTS, UT_RMS, UT_ZCR, UT_PITCH, UT_QUANTITIES };

/* Where the tables lie. */
typedef struct ut_pooled_plan {
    void *frames;
    float *cosines; /* UT_COEFFICIENTS for each band: orthonormal DCT-II */
    ut_rhythm_plan rhythm;
} ut_pooled_plan;

/* A clip on its way to its statistics. */
typedef struct ut_pooled {
    ut_voice_clip clip;
    ut_matrix matrix;
    size_t count; /* samples */
    float mean;   /* of all bands over all frames */
    float moments[UT_MOMENTS * UT_QUANTITIES], rhythm[UT_RHYTHMS], contour[UT_CONTOUR_SIZE];
} ut_pooled;

/* The frames of melpitch.v1 with its default bands and hop. */
extern const ut_melpitch_settings ut_pooled_settings;

ut_pooled_plan ut_pooled_tables(ut_room *room);
void ut_pooled_prepare(const ut_pooled_plan *plan, float trim_db); /* of the sequence, if there is one */

static inline ut_matrix ut_pooled_matrix(ut_room *room, size_t frames) { return ut_matrix_in(room, UT_QUANTITIES, frames); }

/* Fill the matrix from rows of ut_melpitch_frames of `count` samples, and take what is taken in the order of time. */
void ut_pooled_in_time(const ut_pooled_plan *plan, const float *frames, size_t count, const ut_matrix *matrix, ut_pooled *p);

/* Sort the rows, for percentiles; the order of time is left in p->clip alone. */
void ut_pooled_sort(ut_pooled *p);

/* Whether a frame of the clip has a pitch. */
int ut_pooled_voiced(const ut_voice_clip *clip, size_t frame);

/* The loudness of a frame, less the loudest frame's; not below the floor. */
float ut_pooled_loudness(const ut_voice_clip *clip, size_t frame);

/* Pairs of floored bands, averaged, less the clip's largest band: what is 0 everywhere stays 0. */
void ut_pooled_bands(const ut_voice_clip *clip, size_t frame, float bands[UT_BANDS]);

/* A moment of one row. */
static inline float ut_pooled_moment(const ut_pooled *p, size_t moment, size_t row) {
    return p->moments[moment * UT_QUANTITIES + row];
}

#endif
