/* fft.h: complex Fourier transforms of 256 or 1024 points, UT_LANES of them at once. */
#ifndef UT_FFT_H
#define UT_FFT_H

#include <stdint.h>

#include "lanes.h"
#include "room.h"

typedef struct ut_complex {
    ut_lanes re, im;
} ut_complex;

/* cos and sin of 2 pi k n / size, k = 1, 2, 3: the rotations of one butterfly. */
typedef struct ut_twiddle {
    float cos1, sin1, cos2, sin2, cos3, sin3;
} ut_twiddle;

/* Where the tables of one size lie. */
typedef struct ut_fft_plan {
    int size;             /* a power of four, at least 16 */
    ut_twiddle *twiddles; /* size/4 for the first pass, a quarter of that for the next, and so on */
    uint16_t *place;      /* frequency k stands at z[place[k]] in the end */
} ut_fft_plan;

ut_fft_plan ut_fft_tables(ut_room *room, int size);
void ut_fft_prepare(const ut_fft_plan *plan);

/* One butterfly with its rotations: four points `step` apart, of which `at` is the first. */
static inline void ut_butterfly(ut_complex *at, int step, const ut_complex x[4], const ut_twiddle *w) {
    ut_complex sum02 = {x[0].re + x[2].re, x[0].im + x[2].im}, dif02 = {x[0].re - x[2].re, x[0].im - x[2].im};
    ut_complex sum13 = {x[1].re + x[3].re, x[1].im + x[3].im}, dif13 = {x[1].re - x[3].re, x[1].im - x[3].im};
    ut_complex y1 = {dif02.re + dif13.im, dif02.im - dif13.re};
    ut_complex y2 = {sum02.re - sum13.re, sum02.im - sum13.im};
    ut_complex y3 = {dif02.re - dif13.im, dif02.im + dif13.re};
    at[0].re = sum02.re + sum13.re;
    at[0].im = sum02.im + sum13.im;
    at[step].re = y1.re * w->cos1 + y1.im * w->sin1;
    at[step].im = y1.im * w->cos1 - y1.re * w->sin1;
    at[2 * step].re = y2.re * w->cos2 + y2.im * w->sin2;
    at[2 * step].im = y2.im * w->cos2 - y2.re * w->sin2;
    at[3 * step].re = y3.re * w->cos3 + y3.im * w->sin3;
    at[3 * step].im = y3.im * w->cos3 - y3.re * w->sin3;
}

/* The transform from its second pass on; the caller has done the first: ut_butterfly with a step of size/4. */
void ut_fft_finish(const ut_fft_plan *plan, ut_complex *z);

#endif
