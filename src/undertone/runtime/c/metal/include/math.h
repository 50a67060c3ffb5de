/* math.h: what the compiler's own library has of it on bare metal. Others (tanhf, powf, ...) fail when linking. */
#ifndef UT_METAL_MATH_H
#define UT_METAL_MATH_H

#define INFINITY __builtin_inff()
#define NAN __builtin_nanf("")
#define isnan(x) __builtin_isnan(x)
#define isinf(x) __builtin_isinf(x)

#define UT_METAL_ONE(name) float name##f(float x); double name(double x);
#define UT_METAL_TWO(name) float name##f(float x, float y); double name(double x, double y);
UT_METAL_ONE(ceil) UT_METAL_ONE(cos) UT_METAL_ONE(exp) UT_METAL_ONE(exp2) UT_METAL_ONE(fabs) UT_METAL_ONE(floor)
UT_METAL_ONE(log) UT_METAL_ONE(log10) UT_METAL_ONE(log2) UT_METAL_ONE(round) UT_METAL_ONE(sin) UT_METAL_ONE(sqrt)
UT_METAL_ONE(tan) UT_METAL_ONE(trunc) UT_METAL_TWO(fmax) UT_METAL_TWO(fmin) UT_METAL_TWO(fmod)
float fmaf(float x, float y, float z);
double fma(double x, double y, double z);

#endif
