/* resample.c: windowed-sinc resampling between any two rates.
 *
 * With up/down = rate_out/rate_in in lowest terms, output n lies at input time n down/up = i + phase, phase in [0, 1).
 * It is the dot product of the inputs around i with h(t) at the distances t between them:
 *
 *     h(t) = c sinc(c t) kaiser(t / half)     c = cutoff, in units of the input's Nyquist rate; |t| <= half
 *
 * A table holds h for each phase: all `up` of them where that is at most 512, so the result is exact; else 512 with
 * linear interpolation between neighbours (an error of -106 dB). Each row is scaled to the sum 1: a constant stays.
 *
 * 64 zero crossings on each side and a Kaiser window for 96 dB make a transition band of 0.096 of the lower Nyquist
 * rate; it is placed to end there: flat to 0.904 of it, silent from it on. docs/features.md shows the response.
 */
#include "resample.h"

#include "mathd.h"
#include "room.h"

#define ZERO_CROSSINGS 64
#define MAX_PHASES 512u
#define SUMS 16u

static const double kaiser_beta = 9.62046;   /* 0.1102 (96 dB - 8.7) */
static const double relative_cutoff = 0.952; /* middle of the transition band */

static uint32_t greatest_divisor(uint32_t a, uint32_t b) { return b ? greatest_divisor(b, a % b) : a; }

ut_resample_head ut_resample_head_for(uint32_t rate_in, uint32_t rate_out) {
    ut_resample_head head = {0};
    uint32_t divisor = greatest_divisor(rate_in, rate_out);
    head.rate_in = rate_in;
    head.rate_out = rate_out;
    head.up = rate_out / divisor;
    head.down = rate_in / divisor;
    head.phases = head.up < MAX_PHASES ? head.up : MAX_PHASES;
    head.half = ZERO_CROSSINGS;
    if (head.down > head.up) head.half = (uint32_t)(((uint64_t)ZERO_CROSSINGS * head.down + head.up - 1) / head.up);
    head.stride = (2 * head.half + SUMS - 1) / SUMS * SUMS;
    return head;
}

static int rate_valid(uint32_t rate) { return rate >= UT_MIN_RATE && rate <= UT_MAX_RATE; }

static ut_resample_head *head_of(ut_room *room) { return ut_take(room, sizeof(ut_resample_head)); }

static float *table_of(ut_room *room, const ut_resample_head *head) {
    return ut_take(room, sizeof(float) * (size_t)head->stride * (head->phases + 1));
}

size_t ut_resample_count(size_t count, uint32_t rate_in, uint32_t rate_out) {
    return (size_t)(((uint64_t)count * rate_out + rate_in - 1) / rate_in);
}

size_t ut_resample_plan_bytes(uint32_t rate_in, uint32_t rate_out) {
    if (!rate_valid(rate_in) || !rate_valid(rate_out)) return 0;
    ut_resample_head head = ut_resample_head_for(rate_in, rate_out);
    ut_room room = {0};
    head_of(&room);
    if (rate_in != rate_out) table_of(&room, &head);
    return ut_with_slack(room.used);
}

/* The modified Bessel function I0(beta sqrt(y)) = sum of (beta^2 y / 4)^k / k!^2. */
static double bessel(double y) {
    double z = 0.25 * kaiser_beta * kaiser_beta * y, term = 1.0, sum = 1.0;
    for (int k = 1; k <= 24; k++) {
        term *= z / (double)(k * k);
        sum += term;
    }
    return sum;
}

static double kernel(double t, double cutoff, double half) {
    double place = t / half;
    if (place <= -1.0 || place >= 1.0) return 0.0;
    double x = cutoff * t;
    double sinc = x > -1e-9 && x < 1e-9 ? 1.0 : ut_sin_turns(0.5 * x) / (UT_PI * x);
    return sinc * bessel(1.0 - place * place);
}

/* Row `phase` of the table, and with it the mirrored one: h is even. */
static void fill_rows(const ut_resample_head *head, float *table, uint32_t phase) {
    double ratio = head->down > head->up ? (double)head->up / (double)head->down : 1.0;
    double cutoff = relative_cutoff * ratio, half = (double)ZERO_CROSSINGS / ratio;
    uint32_t taps = 2 * head->half;
    double first = 1.0 - (double)head->half - (double)phase / (double)head->phases, sum = 0.0;
    float *row = table + (size_t)phase * head->stride;
    float *mirror = table + (size_t)(head->phases - phase) * head->stride;
    for (uint32_t k = 0; k < taps; k++) {
        double value = kernel(first + (double)k, cutoff, half);
        row[k] = (float)value;
        sum += value;
    }
    for (uint32_t k = 0; k < taps; k++) row[k] *= (float)(1.0 / sum);
    for (uint32_t k = taps; k < head->stride; k++) row[k] = mirror[k] = 0.0f;
    if (mirror == row) return;
    for (uint32_t k = 0; k < taps; k++) mirror[taps - 1 - k] = row[k];
}

ut_status ut_resample_plan(uint32_t rate_in, uint32_t rate_out, void *plan, size_t bytes) {
    if (!rate_valid(rate_in) || !rate_valid(rate_out)) return UT_BAD_RATE;
    if (bytes < ut_resample_plan_bytes(rate_in, rate_out)) return UT_SMALL_BUFFER;
    ut_room room = {.base = ut_aligned(plan)};
    ut_resample_head *head = head_of(&room);
    *head = ut_resample_head_for(rate_in, rate_out);
    if (rate_in == rate_out) return UT_OK;
    float *table = table_of(&room, head);
    for (uint32_t phase = 0; 2 * phase <= head->phases; phase++) fill_rows(head, table, phase);
    return UT_OK;
}

/* Halves are folded together: a fixed order. */
static float total(const float sums[SUMS]) {
    float eight[8], four[4];
    for (uint32_t j = 0; j < 8; j++) eight[j] = sums[j] + sums[j + 8];
    for (uint32_t j = 0; j < 4; j++) four[j] = eight[j] + eight[j + 4];
    return (four[0] + four[2]) + (four[1] + four[3]);
}

/* Dot product of row[0 .. taps) with x. SUMS running sums, so that all vector widths give the same bits. */
#if defined(__arm__) /* scalars: see lanes.h; and on Cortex-M a vector only makes work */
static float dot(const float *row, uint32_t taps, const float *x) {
    float sums[SUMS] = {0};
    for (uint32_t k = 0; k < taps; k += SUMS)
        for (uint32_t j = 0; j < SUMS; j++) sums[j] += row[k + j] * x[k + j];
    return total(sums);
}
#else
typedef float vector __attribute__((vector_size(4 * SUMS)));
typedef float vector_anywhere __attribute__((vector_size(4 * SUMS), aligned(4), may_alias));

static float dot(const float *row, uint32_t taps, const float *x) {
    union {
        vector lanes;
        float floats[SUMS];
    } sums = {.floats = {0}};
    for (uint32_t k = 0; k < taps; k += SUMS)
        sums.lanes += *(const vector_anywhere *)(row + k) * *(const vector_anywhere *)(x + k);
    return total(sums.floats);
}
#endif

/* The same at the edges of the clip: samples outside are zero and add nothing. */
static float dot_at_edge(const float *row, uint32_t taps, const float *samples, int64_t begin, int64_t count) {
    float sums[SUMS] = {0};
    int64_t from = begin < 0 ? -begin : 0, to = count - begin < (int64_t)taps ? count - begin : (int64_t)taps;
    for (int64_t k = from; k < to; k++) sums[(uint32_t)k % SUMS] += row[k] * samples[begin + k];
    return total(sums);
}

static float filtered(const float *row, uint32_t taps, const float *samples, int64_t begin, int64_t count) {
    if (begin >= 0 && begin + (int64_t)taps <= count) return dot(row, taps, samples + begin);
    return dot_at_edge(row, taps, samples, begin, count);
}

/* Phase rest / up lies between two rows. */
static float interpolated(const ut_resample_head *head, const float *table, ut_resample_place place,
                          const float *samples, int64_t count) {
    uint64_t phase = (uint64_t)place.rest * head->phases;
    const float *row = table + (size_t)(phase / head->up) * head->stride;
    float between = (float)(phase % head->up) / (float)head->up;
    float low = filtered(row, head->stride, samples, place.begin, count);
    float high = filtered(row + head->stride, head->stride, samples, place.begin, count);
    return low + between * (high - low);
}

const ut_resample_head *ut_resample_tables(const void *plan, const float **table) {
    ut_room room = {.base = ut_aligned(plan)};
    const ut_resample_head *head = head_of(&room);
    *table = table_of(&room, head);
    return head;
}

void ut_resample_run(const ut_resample_head *head, const float *table, ut_resample_place *at, const float *samples,
                     int64_t count, float *out, size_t outputs) {
    ut_resample_place place = *at;
    for (size_t n = 0; n < outputs; n++) {
        const float *row = table + (size_t)place.rest * head->stride; /* where each phase has a row of its own */
        out[n] = head->phases < head->up ? interpolated(head, table, place, samples, count)
                                         : filtered(row, head->stride, samples, place.begin, count);
        place = ut_resample_next(head, place);
    }
    *at = place;
}

void ut_resample(const void *plan, const float *samples, size_t count, float *out) {
    const float *table;
    const ut_resample_head *head = ut_resample_tables(plan, &table);
    if (head->rate_in == head->rate_out) {
        for (size_t i = 0; i < count; i++) out[i] = samples[i];
        return;
    }
    ut_resample_place first = ut_resample_first(head);
    size_t outputs = ut_resample_count(count, head->rate_in, head->rate_out);
    ut_resample_run(head, table, &first, samples, (int64_t)count, out, outputs);
}
