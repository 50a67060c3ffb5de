/* sieve.c: selection by leading bits, in rounds; see sieve.h. */
#include "sieve.h"

#include "mathf.h"

static void begin_round(ut_sieve *sieve) {
    sieve->inside = 0;
    sieve->next = UT_LARGEST_HEIGHT;
    for (int i = 0; i < UT_TUNING_CLASSES; i++) sieve->inside_classes[i] = sieve->above_classes[i] = 0;
    for (int i = 0; i < UT_MEDIAN_COUNTERS; i++) sieve->counters[i] = 0;
}

void ut_sieve_start(ut_sieve *sieve) {
    sieve->prefix = 0;
    sieve->shift = 32;
    begin_round(sieve);
}

/* How many bits of a height the next division looks at: 11, 11, 10. */
static uint32_t digit_bits(const ut_sieve *sieve) { return sieve->shift == 10 ? 10 : 11; }

static void add_inside(ut_sieve *sieve, float height, int class) {
    if (sieve->shift) {
        ut_float_bits parts = {.value = height};
        uint32_t width = digit_bits(sieve);
        sieve->counters[(parts.bits >> (sieve->shift - width)) & ((1u << width) - 1)]++;
    }
    sieve->inside_classes[class]++;
    if (sieve->inside < UT_SIEVE_ROOM) {
        sieve->height[sieve->inside] = height;
        sieve->class[sieve->inside] = (uint8_t)class;
    }
    sieve->inside++;
}

void ut_sieve_add(ut_sieve *sieve, const ut_peaks *peaks, float bin_hz) {
    for (size_t i = 0; i < peaks->count; i++) {
        ut_float_bits height = {.value = peaks->height[i]};
        uint32_t leading = (uint32_t)((uint64_t)height.bits >> sieve->shift);
        if (leading < sieve->prefix) continue;
        int class = ut_deviation_class(peaks->place[i] * bin_hz);
        if (leading == sieve->prefix) {
            add_inside(sieve, height.value, class);
        } else {
            sieve->above_classes[class]++;
            if (height.value < sieve->next) sieve->next = height.value;
        }
    }
}

int ut_sieve_again(ut_sieve *sieve) {
    if (sieve->shift == 32 && sieve->inside) {
        sieve->rank = (sieve->inside - 1) / 2;
        sieve->odd = sieve->inside % 2;
    }
    if (sieve->inside <= UT_SIEVE_ROOM || sieve->shift == 0) return 0;
    uint32_t digit = 0, width = digit_bits(sieve);
    while (sieve->rank >= sieve->counters[digit]) sieve->rank -= sieve->counters[digit++];
    sieve->prefix = sieve->prefix << width | digit;
    sieve->shift -= width;
    begin_round(sieve);
    return 1;
}

/* The height of the lower middle, and of the one after it. */
static float middle(ut_sieve *sieve, float *after) {
    if (sieve->inside <= UT_SIEVE_ROOM) {
        float low = ut_value_of_rank(sieve->height, sieve->inside, sieve->rank, sieve->counters);
        float next = ut_next_value(sieve->height, sieve->inside, low, sieve->rank);
        *after = next < sieve->next ? next : sieve->next;
        return low;
    }
    ut_float_bits low = {.bits = sieve->prefix}; /* all equal */
    *after = sieve->rank + 1 < sieve->inside ? low.value : sieve->next;
    return low.value;
}

float ut_sieve_tuning(ut_sieve *sieve) {
    if (sieve->inside == 0) return 0.0f;
    float after, low = middle(sieve, &after), threshold = sieve->odd ? low : (low + after) * 0.5f;
    uint32_t *classes = sieve->above_classes;
    if (sieve->inside > UT_SIEVE_ROOM) {
        for (int i = 0; i < UT_TUNING_CLASSES && low >= threshold; i++) classes[i] += sieve->inside_classes[i];
    } else {
        for (size_t i = 0; i < sieve->inside; i++)
            if (sieve->height[i] >= threshold) classes[sieve->class[i]]++;
    }
    return ut_fullest_class(classes);
}
