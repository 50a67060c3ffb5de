/* spectrum.c: short-time Fourier transform, centred with zero padding, periodic Hann window of 2048, hop 512.
 *
 * The real transform of 2048 points is a complex one of 1024: even samples are the real part, odd ones the imaginary.
 * Frames overlap by three quarters, so the samples are laid out once, as columns of hop-sized blocks: sample j of the
 * quarter q of UT_LANES neighbouring frames is then one vector, columns[j][q .. q + UT_LANES).
 */
#include "spectrum.h"

#include "mathd.h"

void ut_spectrum_prepare(ut_spectrum_plan *plan) {
    ut_fft_prepare(&plan->fft);
    for (int n = 0; n < UT_FRAME; n++)
        plan->window[n] = (float)(0.25 - 0.25 * ut_cos_turns((double)n / (double)UT_FRAME));
    for (int k = 0; k <= UT_FRAME / 4; k++) {
        plan->split_cos[k] = (float)ut_cos_turns((double)k / (double)UT_FRAME);
        plan->split_sin[k] = (float)ut_sin_turns((double)k / (double)UT_FRAME);
    }
}

static void lay_out(const float *samples, size_t count, size_t first, float *columns) {
    for (size_t b = 0; b < UT_BLOCK_ROW; b++) {
        size_t block = first + b; /* counted from block -2 of the clip */
        size_t begin = block >= 2 ? (block - 2) * UT_HOP : count;
        size_t here = begin >= count ? 0 : (count - begin < UT_HOP ? count - begin : UT_HOP);
        for (size_t j = 0; j < here; j++) columns[j * UT_BLOCK_ROW + b] = samples[begin + j];
        for (size_t j = here; j < UT_HOP; j++) columns[j * UT_BLOCK_ROW + b] = 0.0f;
    }
}

/* Window, pack and do the first pass of the transform: its butterfly n needs the packed points n + 256 q, and these
 * are samples 2n and 2n + 1 of quarter q. */
static void first_pass(const ut_spectrum_plan *plan, const float *columns, ut_complex *z) {
    for (int n = 0; n < 256; n++) {
        const float *even = columns + (size_t)(2 * n) * UT_BLOCK_ROW, *odd = even + UT_BLOCK_ROW;
        ut_complex x[4];
        for (int q = 0; q < 4; q++) {
            x[q].re = ut_load(even + q) * plan->window[2 * n + 512 * q];
            x[q].im = ut_load(odd + q) * plan->window[2 * n + 512 * q + 1];
        }
        ut_butterfly(z + n, 256, x, &plan->fft.twiddles[n]);
    }
}

/* Z[k] and conj Z[1024-k] hold the spectra E of the even and O of the odd samples: X[k] = E + w^k O and
 * X[1024-k] = conj(E - w^k O) with w = exp(-2 pi i / 2048). */
static void split(const ut_spectrum_plan *plan, const ut_complex *z, ut_lanes *power) {
    for (int k = 0; k <= UT_FRAME / 4; k++) {
        const ut_complex a = z[plan->fft.place[k]], b = z[plan->fft.place[(UT_FFT_SIZE - k) % UT_FFT_SIZE]];
        float c = plan->split_cos[k], s = plan->split_sin[k];
        ut_lanes even_re = a.re + b.re, even_im = a.im - b.im;
        ut_lanes odd_re = a.im + b.im, odd_im = b.re - a.re;
        ut_lanes turned_re = odd_re * c + odd_im * s, turned_im = odd_im * c - odd_re * s;
        ut_lanes low_re = even_re + turned_re, low_im = even_im + turned_im;
        ut_lanes high_re = even_re - turned_re, high_im = even_im - turned_im;
        power[k] = low_re * low_re + low_im * low_im;
        power[UT_FFT_SIZE - k] = high_re * high_re + high_im * high_im;
    }
}

void ut_power_spectra(const ut_spectrum_plan *plan, const float *samples, size_t count, size_t first,
                      ut_spectrum_scratch *scratch, ut_lanes power[UT_BINS]) {
    lay_out(samples, count, first, scratch->columns);
    first_pass(plan, scratch->columns, scratch->z);
    ut_fft_finish(&plan->fft, scratch->z);
    split(plan, scratch->z, power);
}
