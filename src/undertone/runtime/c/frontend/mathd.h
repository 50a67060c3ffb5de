/* mathd.h: the double-precision functions that tables are made with; not for inner loops. */
#ifndef UT_MATHD_H
#define UT_MATHD_H

#define UT_PI 3.14159265358979323846

/* sin and cos of 2 pi * turns; exact at quarter turns. */
double ut_sin_turns(double turns);
double ut_cos_turns(double turns);

/* e^x for |x| <= 700; log(x) for normal x > 0; sqrt(x) for x >= 0. Errors below 1e-15 relative, 2e-16 * |log| absolute. */
double ut_exp_d(double x);
double ut_log_d(double x);
double ut_sqrt_d(double x);

/* Floor to an integer of int range. */
int ut_floor_d(double x);

#endif
