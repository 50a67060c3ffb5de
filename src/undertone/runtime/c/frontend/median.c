/* median.c: selection by counting, without moving the values.
 *
 * The bit patterns of positive floats are ordered as the numbers are. Three rounds fix 11, 11 and 10 bits of the
 * wanted one: count how many values that share the bits found so far have each next digit, and walk to the rank.
 */
#include "median.h"

#include "mathf.h"

static uint32_t bits_of(float value) {
    ut_float_bits parts = {.value = value};
    return parts.bits;
}

/* One round: the digit (`width` bits from `shift` on) of the value of rank *rank among those with this prefix. */
static uint32_t find_digit(const float *values, size_t count, uint32_t prefix, uint32_t shift, uint32_t width, size_t *rank,
                           uint32_t *counters) {
    uint32_t digits = 1u << width;
    for (uint32_t d = 0; d < digits; d++) counters[d] = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t bits = bits_of(values[i]);
        if ((uint64_t)bits >> (shift + width) == prefix) counters[(bits >> shift) & (digits - 1)]++;
    }
    uint32_t digit = 0;
    while (*rank >= counters[digit]) *rank -= counters[digit++];
    return prefix << width | digit;
}

float ut_value_of_rank(const float *values, size_t count, size_t rank, uint32_t counters[UT_MEDIAN_COUNTERS]) {
    uint32_t prefix = find_digit(values, count, 0, 21, 11, &rank, counters);
    prefix = find_digit(values, count, prefix, 10, 11, &rank, counters);
    prefix = find_digit(values, count, prefix, 0, 10, &rank, counters);
    ut_float_bits found = {.bits = prefix};
    return found.value;
}

/* The value of the next rank: `below` again if it occurs often enough, else the smallest above it. */
float ut_next_value(const float *values, size_t count, float below, size_t rank) {
    size_t no_larger = 0;
    float next = UT_LARGEST_HEIGHT;
    for (size_t i = 0; i < count; i++) {
        if (values[i] <= below)
            no_larger++;
        else if (values[i] < next)
            next = values[i];
    }
    return no_larger > rank + 1 ? below : next;
}

float ut_median(const float *values, size_t count, uint32_t counters[UT_MEDIAN_COUNTERS]) {
    size_t rank = (count - 1) / 2;
    float low = ut_value_of_rank(values, count, rank, counters);
    if (count % 2) return low;
    return (low + ut_next_value(values, count, low, rank)) * 0.5f;
}
