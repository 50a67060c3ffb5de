/* blocks.c: energies of hop-sized blocks, shared by rms and trim. */
#include "blocks.h"

/* Eight running sums, then pairs: the order is part of the definition, whatever the vector width. */
float ut_block_energy(const float *samples, size_t count, size_t block) {
    size_t begin = block * UT_HOP;
    if (begin >= count) return 0.0f;
    size_t length = count - begin < UT_HOP ? count - begin : UT_HOP;
    const float *x = samples + begin;
    float sums[8] = {0};
    size_t i = 0;
    for (; i + 8 <= length; i += 8)
        for (size_t j = 0; j < 8; j++) sums[j] += x[i + j] * x[i + j];
    for (; i < length; i++) sums[i & 7] += x[i] * x[i];
    return ((sums[0] + sums[4]) + (sums[2] + sums[6])) + ((sums[1] + sums[5]) + (sums[3] + sums[7]));
}

void ut_energy_start(ut_energy_walk *walk, const float *samples, size_t count) {
    walk->blocks[0] = 0.0f; /* blocks -2 and -1 lie before the clip */
    walk->blocks[1] = 0.0f;
    walk->blocks[2] = ut_block_energy(samples, count, 0);
    walk->blocks[3] = ut_block_energy(samples, count, 1);
    walk->next = 2;
}

float ut_energy_next(ut_energy_walk *walk, const float *samples, size_t count) {
    float *b = walk->blocks;
    float energy = (b[0] + b[1]) + (b[2] + b[3]);
    b[0] = b[1];
    b[1] = b[2];
    b[2] = b[3];
    b[3] = ut_block_energy(samples, count, walk->next++);
    return energy;
}
