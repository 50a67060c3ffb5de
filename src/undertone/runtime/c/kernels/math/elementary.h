/* elementary: functions of math.h in place of a C library's, of which no two agree to the last bit.
 *
 * Additions, multiplications, divisions and bit patterns alone: with contraction off, the same bits on every machine.
 * Errors stay below 3 units in the last place. What IEEE 754 rounds exactly is the processor's or the compiler's own.
 */
#ifndef INFINITY
#define INFINITY __builtin_inff()
#endif
#ifndef NAN
#define NAN __builtin_nanf("")
#endif

typedef union ut_bits {
    float value;
    uint32_t bits;
} ut_bits;

static inline float ut_sqrtf(float x) { return __builtin_sqrtf(x); }
static inline float ut_fabsf(float x) { return __builtin_fabsf(x); }
static inline float ut_floorf(float x) { return __builtin_floorf(x); }
static inline float ut_ceilf(float x) { return __builtin_ceilf(x); }
static inline float ut_truncf(float x) { return __builtin_truncf(x); }
static inline float ut_roundf(float x) { return __builtin_roundf(x); }
static inline float ut_fmodf(float x, float y) { return __builtin_fmodf(x, y); }
static inline float ut_copysignf(float x, float y) { return __builtin_copysignf(x, y); }
static inline float ut_fmaxf(float a, float b) { return a != a || a < b ? b : a; }
static inline float ut_fminf(float a, float b) { return a != a || b < a ? b : a; }

/* To the nearest integer, halves to even ones: beyond 2^23 a float has no fraction left. */
static inline float ut_rintf(float x) {
    const float size = ut_fabsf(x), whole = (size + 8388608.0f) - 8388608.0f;
    return size < 8388608.0f ? ut_copysignf(whole, x) : x;
}

/* x 2^n in two steps, so that results below the smallest normal number are rounded once and not lost. */
static inline float ut_scaled(float x, int32_t n) {
    const ut_bits first = {.bits = (uint32_t)(n / 2 + 127) << 23}, rest = {.bits = (uint32_t)(n - n / 2 + 127) << 23};
    return x * first.value * rest.value;
}

/* e^r - 1 for |r| <= 0.35: the power series. */
static inline float ut_exp_rest(float r) {
    float series = 1.9841270e-4f;
    series = series * r + 1.3888889e-3f;
    series = series * r + 8.3333333e-3f;
    series = series * r + 4.1666667e-2f;
    series = series * r + 1.6666667e-1f;
    series = series * r + 5.0e-1f;
    return series * (r * r) + r;
}

/* x = n ln 2 + r; ln 2 in two parts keeps r exact. */
static inline float ut_expf(float x) {
    const float inside = x < -104.0f ? -104.0f : x > 89.0f ? 89.0f : x;
    const ut_bits shifted = {.value = inside * 1.44269504f + 12582912.0f}; /* adding 1.5 * 2^23 rounds to an integer */
    const float n = shifted.value - 12582912.0f;
    const float r = (inside - n * 0.693359375f) - n * -2.12194440e-4f;
    const float power = ut_scaled(ut_exp_rest(r) + 1.0f, x != x ? 0 : (int32_t)(shifted.bits - 0x4b400000u));
    return x > 88.7228394f ? INFINITY : power;
}

static inline float ut_expm1f(float x) {
    return ut_fabsf(x) < 0.35f ? ut_exp_rest(x) : ut_expf(x) - 1.0f;
}

/* x = 2^n m with m in [1/sqrt(2), sqrt(2)); log m = 2 artanh(s) with s = (m-1)/(m+1), |s| < 0.172. */
static inline float ut_logf(float x) {
    const int tiny = x < 1.17549435e-38f;
    ut_bits parts = {.value = tiny ? x * 8388608.0f : x};
    const uint32_t moved = parts.bits - 0x3f3504f3u; /* bits of 1/sqrt(2): the borrow moves m into its interval */
    const float n = (float)((int32_t)moved >> 23) - (tiny ? 23.0f : 0.0f);
    parts.bits = (moved & 0x007fffffu) + 0x3f3504f3u;
    const float f = parts.value - 1.0f, s = f / (2.0f + f), square = s * s;
    float series = 1.1111111e-1f; /* 1/9, 1/7, 1/5, 1/3 */
    series = series * square + 1.4285714e-1f;
    series = series * square + 2.0e-1f;
    series = series * square + 3.3333333e-1f;
    /* 2s + 2s^3 ... = f - s (f - 2 s^2 series): f is exact */
    const float rest = s * (f - 2.0f * (square * series));
    const float log = n * 0.693359375f + (f + (n * -2.12194440e-4f - rest));
    if (x == INFINITY || x != x) return x;
    return x > 0.0f ? log : x == 0.0f ? -INFINITY : NAN;
}

/* log(1 + x): what rounding took from 1 + x is made good by the slope. */
static inline float ut_log1pf(float x) {
    const float u = 1.0f + x;
    if (u == 1.0f || u == INFINITY) return x;
    return u > 0.0f ? ut_logf(u) * x / (u - 1.0f) : ut_logf(u);
}

/* t / (t + 2) with t = e^(2|x|) - 1 */
static inline float ut_tanhf(float x) {
    const float size = ut_fabsf(x), t = ut_expm1f(2.0f * (size < 10.0f ? size : 10.0f));
    return x != x ? x : ut_copysignf(t / (t + 2.0f), x);
}
