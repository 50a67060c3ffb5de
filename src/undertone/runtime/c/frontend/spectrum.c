/* spectrum.c: windowed Fourier transforms of real frames.
 *
 * The transform of 2N real points is one of N complex points: even samples are the real part, odd ones the imaginary.
 */
#include "spectrum.h"

#include "mathd.h"

ut_spectrum_plan ut_spectrum_tables(ut_room *room, int frame) {
    ut_spectrum_plan plan = {.frame = frame};
    plan.fft = ut_fft_tables(room, frame / 2);
    plan.window = ut_take(room, sizeof(float) * (size_t)frame);
    plan.split_cos = ut_take(room, sizeof(float) * (size_t)(frame / 4 + 1));
    plan.split_sin = ut_take(room, sizeof(float) * (size_t)(frame / 4 + 1));
    return plan;
}

void ut_spectrum_prepare(const ut_spectrum_plan *plan) {
    double frame = (double)plan->frame;
    ut_fft_prepare(&plan->fft);
    for (int n = 0; n < plan->frame; n++) plan->window[n] = (float)(0.25 - 0.25 * ut_cos_turns((double)n / frame));
    for (int k = 0; k <= plan->frame / 4; k++) {
        plan->split_cos[k] = (float)ut_cos_turns((double)k / frame);
        plan->split_sin[k] = (float)ut_sin_turns((double)k / frame);
    }
}

/* Window, pack and do the first pass of the transform: its butterfly n needs one packed point of each quarter. */
static void first_pass(const ut_spectrum_plan *plan, const ut_columns *columns, ut_complex *z) {
    int quarter = plan->frame / 4, step = plan->fft.size / 4;
    for (int n = 0; n < step; n++) {
        const float *even = columns->at + (size_t)(2 * n) * columns->row, *odd = even + columns->row;
        const float *window = plan->window + 2 * n;
        ut_complex x[4];
        for (int q = 0; q < 4; q++) {
            x[q].re = ut_load(even + (size_t)q * columns->step) * window[q * quarter];
            x[q].im = ut_load(odd + (size_t)q * columns->step) * window[q * quarter + 1];
        }
        ut_butterfly(z + n, step, x, &plan->fft.twiddles[n]);
    }
}

/* Z[k] and conj Z[N-k] hold the spectra E of the even and O of the odd samples: X[k] = E + w^k O and
 * X[N-k] = conj(E - w^k O) with w = exp(-2 pi i / 2N). */
static void split(const ut_spectrum_plan *plan, const ut_complex *z, ut_lanes *power) {
    int size = plan->fft.size;
    for (int k = 0; k <= size / 2; k++) {
        const ut_complex a = z[plan->fft.place[k]], b = z[plan->fft.place[(size - k) % size]];
        float c = plan->split_cos[k], s = plan->split_sin[k];
        ut_lanes even_re = a.re + b.re, even_im = a.im - b.im;
        ut_lanes odd_re = a.im + b.im, odd_im = b.re - a.re;
        ut_lanes turned_re = odd_re * c + odd_im * s, turned_im = odd_im * c - odd_re * s;
        ut_lanes low_re = even_re + turned_re, low_im = even_im + turned_im;
        ut_lanes high_re = even_re - turned_re, high_im = even_im - turned_im;
        power[k] = low_re * low_re + low_im * low_im;
        power[size - k] = high_re * high_re + high_im * high_im;
    }
}

void ut_power_spectra(const ut_spectrum_plan *plan, const ut_columns *columns, ut_complex *z, ut_lanes *power) {
    first_pass(plan, columns, z);
    ut_fft_finish(&plan->fft, z);
    split(plan, z, power);
}

ut_columns ut_hop_columns(ut_room *room) {
    ut_columns columns = {.row = UT_HOP_ROW, .step = 1};
    columns.at = ut_take(room, sizeof(float) * UT_HOP * UT_HOP_ROW);
    return columns;
}

void ut_lay_out_hops(const float *samples, size_t count, size_t first, const ut_columns *columns) {
    for (size_t b = 0; b < UT_HOP_ROW; b++) {
        size_t block = first + b; /* counted from block -2 of the clip */
        size_t begin = block >= 2 ? (block - 2) * UT_HOP : count;
        size_t here = begin >= count ? 0 : (count - begin < UT_HOP ? count - begin : UT_HOP);
        float *column = columns->at + b;
        for (size_t j = 0; j < here; j++) column[j * UT_HOP_ROW] = samples[begin + j];
        for (size_t j = here; j < UT_HOP; j++) column[j * UT_HOP_ROW] = 0.0f;
    }
}
