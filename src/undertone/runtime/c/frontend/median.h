/* median.h: the middle of many positive numbers. */
#ifndef UT_MEDIAN_H
#define UT_MEDIAN_H

#include <stddef.h>
#include <stdint.h>

#define UT_MEDIAN_COUNTERS 2048

/* Median of count >= 1 positive floats, of an even number the mean of the middle two, as numpy.median. */
float ut_median(const float *values, size_t count, uint32_t counters[UT_MEDIAN_COUNTERS]);

#endif
