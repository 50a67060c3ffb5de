/* trigonometry: sine and its family, after elementary. */

/* x less its nearest multiple of pi/2, and which multiple that is; in double, so that |x| up to a million is right. */
static inline float ut_quarter(float x, int32_t *turn) {
    const double n = __builtin_floor((double)x * 0.63661977236758134308 + 0.5);
    *turn = n >= -1e9 && n <= 1e9 ? (int32_t)n & 3 : 0;
    return (float)((double)x - n * 1.57079632679489661923);
}

/* |r| <= pi/4 */
static inline float ut_sin_near_zero(float r) {
    const float s = r * r;
    float series = 2.7557319e-6f; /* 1/9!, -1/7!, 1/5!, -1/3! */
    series = series * s - 1.9841270e-4f;
    series = series * s + 8.3333333e-3f;
    series = series * s - 1.6666667e-1f;
    return r + r * (s * series);
}

static inline float ut_cos_near_zero(float r) {
    const float s = r * r;
    float series = 2.4801587e-5f; /* 1/8!, -1/6!, 1/4! */
    series = series * s - 1.3888889e-3f;
    series = series * s + 4.1666667e-2f;
    return 1.0f - (0.5f * s - s * s * series);
}

static inline float ut_sinf(float x) {
    int32_t turn;
    const float r = ut_quarter(x, &turn), size = turn & 1 ? ut_cos_near_zero(r) : ut_sin_near_zero(r);
    return x - x != 0.0f ? NAN : turn & 2 ? -size : size;
}

static inline float ut_cosf(float x) {
    int32_t turn;
    const float r = ut_quarter(x, &turn), size = turn & 1 ? ut_sin_near_zero(r) : ut_cos_near_zero(r);
    return x - x != 0.0f ? NAN : (turn + 1) & 2 ? -size : size;
}

static inline float ut_tanf(float x) {
    int32_t turn;
    const float r = ut_quarter(x, &turn), s = ut_sin_near_zero(r), c = ut_cos_near_zero(r);
    return x - x != 0.0f ? NAN : turn & 1 ? -c / s : s / c;
}

/* Beyond 1 by pi/2 - atan(1/x); half the angle, by x / (1 + sqrt(1 + x^2)), leaves |t| <= 0.415; then the series. */
static inline float ut_atanf(float x) {
    const float size = ut_fabsf(x), inside = size > 1.0f ? 1.0f / size : size;
    const float t = inside / (1.0f + ut_sqrtf(1.0f + inside * inside)), s = t * t;
    float series = 0.0f;
    for (int k = 19; k >= 3; k -= 2) series = s * ((k & 2 ? -1.0f : 1.0f) / (float)k + series);
    const float angle = 2.0f * (t + t * series);
    return ut_copysignf(size > 1.0f ? 1.57079633f - angle : angle, x);
}

static inline float ut_asinf(float x) { return ut_atanf(x / ut_sqrtf((1.0f - x) * (1.0f + x))); }
static inline float ut_acosf(float x) { return 2.0f * ut_atanf(ut_sqrtf((1.0f - x) / (1.0f + x))); }

static inline float ut_sinhf(float x) {
    const float size = ut_fabsf(x), t = ut_expm1f(size), half = ut_expf(0.5f * size);
    return ut_copysignf(size < 9.0f ? 0.5f * (t + t / (t + 1.0f)) : 0.5f * half * half, x);
}

static inline float ut_coshf(float x) {
    const float half = ut_expf(0.5f * ut_fabsf(x)), whole = half * half;
    return ut_fabsf(x) < 9.0f ? 0.5f * (whole + 1.0f / whole) : 0.5f * half * half;
}

static inline float ut_asinhf(float x) {
    const float a = ut_fabsf(x);
    const float y = a < 1e9f ? ut_log1pf(a + a * a / (1.0f + ut_sqrtf(1.0f + a * a))) : ut_logf(a) + 0.693147181f;
    return ut_copysignf(y, x);
}

static inline float ut_acoshf(float x) {
    const float t = x - 1.0f;
    return x < 1e9f ? ut_log1pf(t + ut_sqrtf(2.0f * t + t * t)) : ut_logf(x) + 0.693147181f;
}

static inline float ut_atanhf(float x) {
    const float a = ut_fabsf(x);
    return ut_copysignf(0.5f * ut_log1pf(2.0f * a / (1.0f - a)), x);
}
