/* median.h: the middle of many positive numbers. */
#ifndef UT_MEDIAN_H
#define UT_MEDIAN_H

#include <stddef.h>
#include <stdint.h>

#define UT_MEDIAN_COUNTERS 2048

/* Median of count >= 1 positive floats, of an even number the mean of the middle two, as numpy.median. */
float ut_median(const float *values, size_t count, uint32_t counters[UT_MEDIAN_COUNTERS]);

#define UT_LARGEST_HEIGHT 3.4028235e38f

/* The value that `rank` others come before in order; and the value after it, UT_LARGEST_HEIGHT if there is none. */
float ut_value_of_rank(const float *values, size_t count, size_t rank, uint32_t counters[UT_MEDIAN_COUNTERS]);
float ut_next_value(const float *values, size_t count, float value, size_t rank);

#endif
