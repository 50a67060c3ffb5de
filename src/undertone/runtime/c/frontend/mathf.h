/* mathf.h: float functions for inner loops, free of branches so that loops over them become vector code.
 *
 * Only additions, multiplications, divisions and bit patterns: the same bits on every machine.
 */
#ifndef UT_MATHF_H
#define UT_MATHF_H

#include <stdint.h>

typedef union ut_float_bits {
    float value;
    uint32_t bits;
} ut_float_bits;

static inline float ut_max(float a, float b) { return a > b ? a : b; }

static inline float ut_abs(float x) { return x < 0.0f ? -x : x; }

/* Correctly rounded by IEEE 754; one instruction where there is a floating-point unit. */
static inline float ut_sqrt(float x) { return __builtin_sqrtf(x); }

/* log2 of a normal x > 0: x = 2^n m with m in [1/sqrt(2), sqrt(2)), log2 m = 2/ln 2 artanh(s), s = (m-1)/(m+1).
 * Error below 1e-7 beside the rounding of the result. */
static inline float ut_log2(float x) {
    ut_float_bits parts = {.value = x};
    uint32_t shifted = parts.bits - 0x3f3504f3u; /* bits of 1/sqrt(2): the borrow moves m into its interval */
    int32_t n = (int32_t)shifted >> 23;
    parts.bits = (shifted & 0x007fffffu) + 0x3f3504f3u;
    float s = (parts.value - 1.0f) / (parts.value + 1.0f);
    float square = s * s;
    float series = 0.32059890f; /* 2/ln 2 / 9, then /7, /5, /3 */
    series = series * square + 0.41219859f;
    series = series * square + 0.57707802f;
    series = series * square + 0.96179669f;
    return s * (series * square) + (s * 2.8853900f) + (float)n;
}

/* ln x of a normal x > 0. */
static inline float ut_ln(float x) { return 0.693147181f * ut_log2(x); }

/* e^x; 0 below -87. x = n ln 2 + r, |r| <= 0.35; relative error below 2e-7. */
static inline float ut_exp(float x) {
    float inside = x < -87.0f ? -87.0f : (x > 88.0f ? 88.0f : x);
    float shifted = inside * 1.44269504f + 12582912.0f; /* adding 1.5 * 2^23 rounds to an integer */
    float n = shifted - 12582912.0f;
    float r = (inside - n * 0.693359375f) - n * -2.12194440e-4f;
    float series = 1.9875691e-4f;
    series = series * r + 1.3981999e-3f;
    series = series * r + 8.3334519e-3f;
    series = series * r + 4.1665796e-2f;
    series = series * r + 1.6666665e-1f;
    series = series * r + 5.0000001e-1f;
    ut_float_bits power = {.bits = (uint32_t)((int32_t)n + 127) << 23};
    float result = (series * (r * r) + r + 1.0f) * power.value;
    return x < -87.0f ? 0.0f : result;
}

#endif
