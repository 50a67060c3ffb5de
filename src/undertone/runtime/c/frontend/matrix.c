/* matrix.c: statistics of many quantities at once. No lane meets another, so a row has the same bits beside any others. */
#include "matrix.h"

#include "mathf.h"

static size_t groups_of(size_t rows) { return (rows + UT_LANES - 1) / UT_LANES; }

ut_matrix ut_matrix_in(ut_room *room, size_t rows, size_t frames) {
    ut_matrix m = {.rows = rows, .frames = frames};
    m.at = ut_take(room, sizeof(ut_lanes) * groups_of(rows) * frames);
    return m;
}

static ut_lanes root(ut_lanes x) {
    float *values = (float *)&x;
    for (size_t lane = 0; lane < UT_LANES; lane++) values[lane] = ut_sqrt(values[lane]);
    return x;
}

static void group_moments(const ut_lanes *x, size_t frames, ut_lanes out[UT_MOMENTS]) {
    const ut_lanes zero = {0};
    ut_lanes mean = zero, square = zero, size_mean = zero, size_square = zero, step_mean = zero, step_square = zero;
    float each = 1.0f / (float)frames, each_step = frames > 1 ? 1.0f / (float)(frames - 1) : 0.0f;
    for (size_t i = 0; i < frames; i++) mean += x[i];
    mean *= each;
    for (size_t i = 0; i < frames; i++) square += (x[i] - mean) * (x[i] - mean);
    for (size_t i = 1; i < frames; i++) {
        ut_lanes step = x[i] - x[i - 1];
        step_mean += step;
        size_mean += ut_lanes_max(step, -step);
    }
    step_mean *= each_step;
    size_mean *= each_step;
    for (size_t i = 1; i < frames; i++) {
        ut_lanes step = x[i] - x[i - 1], size = ut_lanes_max(step, -step);
        step_square += (step - step_mean) * (step - step_mean);
        size_square += (size - size_mean) * (size - size_mean);
    }
    out[UT_MEAN] = mean;
    out[UT_DEVIATION] = root(square * each);
    out[UT_STEP] = size_mean;
    out[UT_STEP_DEVIATION] = root(size_square * each_step);
    out[UT_SIGNED_STEP_DEVIATION] = root(step_square * each_step);
}

void ut_matrix_moments(const ut_matrix *m, float *out) {
    for (size_t group = 0; group < groups_of(m->rows); group++) {
        size_t first = group * UT_LANES, here = m->rows - first < UT_LANES ? m->rows - first : UT_LANES;
        ut_lanes all[UT_MOMENTS];
        group_moments(m->at + group * m->frames, m->frames, all);
        for (size_t moment = 0; moment < UT_MOMENTS; moment++)
            for (size_t lane = 0; lane < here; lane++)
                out[moment * m->rows + first + lane] = ((const float *)&all[moment])[lane];
    }
}

/* Compare frames i and i + distance wherever i & part equals `where`. */
static void exchange(ut_lanes *x, size_t frames, size_t distance, size_t part, size_t where) {
    for (size_t i = 0; i + distance < frames; i++) {
        if ((i & part) != where) continue;
        ut_lanes a = x[i], b = x[i + distance];
        x[i] = -ut_lanes_max(-a, -b);
        x[i + distance] = ut_lanes_max(a, b);
    }
}

/* Batcher's merge exchange (Knuth, The Art of Computer Programming, 5.2.2, algorithm M): which frames are compared does
 * not depend on what is in them, so all rows of a group are sorted by the same steps. */
static void sort(ut_lanes *x, size_t frames) {
    size_t top = 1;
    while (2 * top < frames) top *= 2;
    for (size_t part = top; part > 0; part /= 2) {
        exchange(x, frames, part, part, 0);
        for (size_t reach = top; reach > part; reach /= 2) exchange(x, frames, reach - part, part, part);
    }
}

void ut_matrix_sort(const ut_matrix *m) {
    for (size_t group = 0; group < groups_of(m->rows); group++) sort(m->at + group * m->frames, m->frames);
}

float ut_matrix_quantile(const ut_matrix *m, size_t row, size_t count, float share) {
    float place = share * (float)(count - 1);
    size_t below = (size_t)place;
    if (below + 1 >= count) return *ut_matrix_value(m, row, count - 1);
    float low = *ut_matrix_value(m, row, below), high = *ut_matrix_value(m, row, below + 1);
    return low + (place - (float)below) * (high - low);
}
