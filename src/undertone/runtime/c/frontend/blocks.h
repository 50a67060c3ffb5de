/* blocks.h: a clip as blocks of one hop, 512 samples; a frame of 2048 is four neighbours.
 *
 * Frame f is centred on sample 512 f: it covers blocks f-2 .. f+1, of which those outside the clip are silent.
 */
#ifndef UT_BLOCKS_H
#define UT_BLOCKS_H

#include <stddef.h>

#define UT_FRAME 2048
#define UT_HOP 512

/* Frames of a clip: one at sample 0, one each hop on. */
static inline size_t ut_frame_count(size_t count) { return 1 + count / UT_HOP; }

/* Sum of squares of one block, in a fixed order; 0 beyond the end. */
float ut_block_energy(const float *samples, size_t count, size_t block);

/* Walks over the frames of a clip and keeps the energies of the four blocks under the current one. */
typedef struct ut_energy_walk {
    float blocks[4];
    size_t next; /* the next block to come in */
} ut_energy_walk;

void ut_energy_start(ut_energy_walk *walk, const float *samples, size_t count);

/* Sum of squares of the current frame; then step one hop on. */
float ut_energy_next(ut_energy_walk *walk, const float *samples, size_t count);

#endif
