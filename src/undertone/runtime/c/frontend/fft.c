/* fft.c: radix-4, decimation in frequency, in place, depth first.
 *
 * A pass over `size` points splits a transform into four of a quarter the size, which are finished one after the other:
 * from 256 points on a group of lanes stays in the first-level cache.
 */
#include "fft.h"

#include "mathd.h"

static void prepare_twiddles(ut_twiddle *w, int size) {
    for (int n = 0; n < size / 4; n++) {
        double turns = (double)n / (double)size;
        w[n].cos1 = (float)ut_cos_turns(turns);
        w[n].sin1 = (float)ut_sin_turns(turns);
        w[n].cos2 = (float)ut_cos_turns(2.0 * turns);
        w[n].sin2 = (float)ut_sin_turns(2.0 * turns);
        w[n].cos3 = (float)ut_cos_turns(3.0 * turns);
        w[n].sin3 = (float)ut_sin_turns(3.0 * turns);
    }
}

ut_fft_plan ut_fft_tables(ut_room *room, int size) {
    ut_fft_plan plan = {.size = size};
    size_t butterflies = 0;
    for (int pass = size; pass > 4; pass /= 4) butterflies += (size_t)pass / 4;
    plan.twiddles = ut_take(room, sizeof(ut_twiddle) * butterflies);
    plan.place = ut_take(room, sizeof(uint16_t) * (size_t)size);
    return plan;
}

void ut_fft_prepare(const ut_fft_plan *plan) {
    ut_twiddle *w = plan->twiddles;
    for (int size = plan->size; size > 4; w += size / 4, size /= 4) prepare_twiddles(w, size);
    for (int k = 0; k < plan->size; k++) { /* the base-4 digits of k, last first */
        int reversed = 0, digits = k;
        for (int size = plan->size; size > 1; size /= 4, digits /= 4) reversed = reversed * 4 + digits % 4;
        plan->place[k] = (uint16_t)reversed;
    }
}

static void transform_4(ut_complex *z) {
    ut_complex sum02 = {z[0].re + z[2].re, z[0].im + z[2].im}, dif02 = {z[0].re - z[2].re, z[0].im - z[2].im};
    ut_complex sum13 = {z[1].re + z[3].re, z[1].im + z[3].im}, dif13 = {z[1].re - z[3].re, z[1].im - z[3].im};
    z[0].re = sum02.re + sum13.re;
    z[0].im = sum02.im + sum13.im;
    z[1].re = dif02.re + dif13.im;
    z[1].im = dif02.im - dif13.re;
    z[2].re = sum02.re - sum13.re;
    z[2].im = sum02.im - sum13.im;
    z[3].re = dif02.re - dif13.im;
    z[3].im = dif02.im + dif13.re;
}

static void transform(ut_complex *z, int size, const ut_twiddle *w) {
    int step = size / 4;
    for (int n = 0; n < step; n++) {
        const ut_complex x[4] = {z[n], z[n + step], z[n + 2 * step], z[n + 3 * step]};
        ut_butterfly(z + n, step, x, &w[n]);
    }
    for (int quarter = 0; quarter < 4; quarter++) {
        if (step == 4)
            transform_4(z + quarter * step);
        else
            transform(z + quarter * step, step, w + step);
    }
}

void ut_fft_finish(const ut_fft_plan *plan, ut_complex *z) {
    int step = plan->size / 4;
    for (int quarter = 0; quarter < 4; quarter++) transform(z + quarter * step, step, plan->twiddles + step);
}
