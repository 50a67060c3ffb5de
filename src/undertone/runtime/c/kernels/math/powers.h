/* powers: the error function and general powers, after elementary. */

/* Both parts are fits: of erf(x)/x in x^2 below 1, of -log erfc(x) beyond. */
static inline float ut_erff(float x) {
    const float a = ut_fabsf(x), s = a * a;
    if (a < 1.0f) {
        float fit = 7.8824974e-5f;
        fit = fit * s - 8.018855e-4f;
        fit = fit * s + 5.189312e-3f;
        fit = fit * s - 2.6854329e-2f;
        fit = fit * s + 1.1283597e-1f;
        fit = fit * s - 3.7612626e-1f;
        return x * (fit * s + 1.1283791f);
    }
    const float inside = a < 4.0f ? a : 4.0f;
    float fit = -1.6102404e-6f;
    fit = fit * inside + 4.5512774e-5f;
    fit = fit * inside - 5.9209275e-4f;
    fit = fit * inside + 4.7369506e-3f;
    fit = fit * inside - 2.6355121e-2f;
    fit = fit * inside + 1.0996080e-1f;
    fit = fit * inside + 6.3195620e-1f;
    fit = fit * inside + 1.1301551f;
    fit = fit * inside - 3.0026882e-4f;
    return x != x ? x : ut_copysignf(1.0f - ut_expf(-fit), x);
}

typedef union ut_double_bits {
    double value;
    uint64_t bits;
} ut_double_bits;

/* log of a finite a > 0, as elementary's but with twelve terms. */
static inline double ut_log_double(double a) {
    ut_double_bits parts = {.value = a};
    const uint64_t moved = parts.bits - 0x3fe6a09e667f3bcdu;
    const double n = (double)((int64_t)moved >> 52);
    parts.bits = (moved & 0x000fffffffffffffu) + 0x3fe6a09e667f3bcdu;
    const double s = (parts.value - 1.0) / (parts.value + 1.0), square = s * s;
    double series = 0.0;
    for (int k = 21; k >= 1; k -= 2) series = series * square + 1.0 / (double)k;
    return 2.0 * s * series + n * 0.693147180559945309417;
}

/* e^x as a float: 2^n e^r, |r| <= 0.35, ten terms. */
static inline float ut_exp_double(double x) {
    if (!(x < 88.8)) return x != x ? NAN : INFINITY;
    if (x < -104.0) return 0.0f;
    const double n = __builtin_floor(x * 1.44269504088896340736 + 0.5), r = x - n * 0.693147180559945309417;
    double term = 1.0, sum = 1.0;
    for (int k = 1; k <= 10; k++) sum += term *= r / (double)k;
    const ut_double_bits power = {.bits = (uint64_t)((int64_t)n + 1023) << 52};
    return (float)(sum * power.value);
}

/* a^b = e^(b log a); a negative a has powers for whole b only. */
static inline float ut_powf(float a, float b) {
    if (b == 0.0f || a == 1.0f) return 1.0f;
    if (a != a || b != b) return NAN;
    const float size = ut_fabsf(a), half = 0.5f * b;
    const int whole = ut_floorf(b) == b, odd = whole && ut_floorf(half) != half;
    float y;
    if (size == 0.0f || size == INFINITY) y = (size == 0.0f) == (b > 0.0f) ? 0.0f : INFINITY;
    else if (b - b != 0.0f) y = size == 1.0f ? 1.0f : (size > 1.0f) == (b > 0.0f) ? INFINITY : 0.0f;
    else y = ut_exp_double((double)b * ut_log_double((double)size));
    if (a < 0.0f && !whole && size != INFINITY && b - b == 0.0f) return NAN;
    return odd && (a < 0.0f || 1.0f / a < 0.0f) ? -y : y;
}
