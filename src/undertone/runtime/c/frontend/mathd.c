/* mathd.c: sin, cos, exp and log by argument reduction and Taylor series. */
#include "mathd.h"

#include <stdint.h>

int ut_floor_d(double x) {
    int whole = (int)x;
    return (double)whole > x ? whole - 1 : whole;
}

/* sin x = x - x^3/3! + ... and cos x = 1 - x^2/2! + ...: for |x| <= pi/4 nine terms leave an error below 1e-18. */
static double sin_near_zero(double x) {
    double term = x, sum = x, square = x * x;
    for (int n = 1; n <= 9; n++) {
        term *= -square / (double)((2 * n) * (2 * n + 1));
        sum += term;
    }
    return sum;
}

static double cos_near_zero(double x) {
    double term = 1.0, sum = 1.0, square = x * x;
    for (int n = 1; n <= 9; n++) {
        term *= -square / (double)((2 * n - 1) * (2 * n));
        sum += term;
    }
    return sum;
}

double ut_sin_turns(double turns) {
    double fraction = turns - (double)ut_floor_d(turns); /* 0 .. 1 */
    int quarter = ut_floor_d(4.0 * fraction + 0.5);      /* nearest quarter turn, 0 .. 4 */
    double rest = 2.0 * UT_PI * (fraction - 0.25 * (double)quarter);
    switch (quarter & 3) {
    case 0: return sin_near_zero(rest);
    case 1: return cos_near_zero(rest);
    case 2: return -sin_near_zero(rest);
    default: return -cos_near_zero(rest);
    }
}

double ut_cos_turns(double turns) { return ut_sin_turns(turns + 0.25); }

typedef union double_bits {
    double value;
    uint64_t bits;
} double_bits;

/* e^x = 2^n e^r with |r| <= log(2)/2; log(2) in two parts keeps r exact. */
double ut_exp_d(double x) {
    int n = ut_floor_d(x * 1.44269504088896340736 + 0.5);
    double r = (x - (double)n * 0.693147180369123816490) - (double)n * 1.90821492927058770002e-10;
    double term = 1.0, sum = 1.0;
    for (int k = 1; k <= 16; k++) {
        term *= r / (double)k;
        sum += term;
    }
    double_bits power = {.bits = (uint64_t)(1023 + n) << 52};
    return sum * power.value;
}

/* x = 2^n m with m in [1/sqrt(2), sqrt(2)); log m = 2 artanh(s) with s = (m-1)/(m+1), |s| < 0.172. */
double ut_log_d(double x) {
    double_bits parts = {.value = x};
    int n = (int)(parts.bits >> 52) - 1023;
    parts.bits = (parts.bits & 0x000fffffffffffffu) | 0x3ff0000000000000u;
    double m = parts.value;
    if (m > 1.41421356237309504880) {
        m *= 0.5;
        n += 1;
    }
    double s = (m - 1.0) / (m + 1.0), square = s * s, power = s, sum = 0.0;
    for (int k = 1; k <= 23; k += 2) {
        sum += power / (double)k;
        power *= square;
    }
    return 2.0 * sum + (double)n * 0.693147180559945309417;
}

/* Newton's iteration; the start is right to 4 bits, each step doubles that. */
double ut_sqrt_d(double x) {
    if (x <= 0.0) return 0.0;
    double_bits guess = {.value = x};
    guess.bits = (guess.bits >> 1) + 0x1ff8000000000000u;
    double root = guess.value;
    for (int step = 0; step < 6; step++) root = 0.5 * (root + x / root);
    return root;
}
