/* pitch.h: fundamental frequency and voicing of UT_LANES neighbouring frames, by autocorrelation. */
#ifndef UT_PITCH_H
#define UT_PITCH_H

#include "spectrum.h"

#define UT_PITCH_RATE 16000
#define UT_PITCH_FRAME 1024
#define UT_PITCH_POINTS 2048 /* of the transform: so long that the ends of a frame do not meet */
#define UT_PITCH_FIRST_LAG 32 /* 500 Hz */
#define UT_PITCH_LAST_LAG 246 /* 65 Hz */

/* Where the tables lie. */
typedef struct ut_pitch_tables {
    ut_spectrum_plan spectrum; /* its window: periodic Hann of 1024, then zeros */
    float *scale;              /* of each lag: the window's energy through the window's autocorrelation */
} ut_pitch_tables;

/* Memory for one group of frames. Sample j of lane l stands at columns.at[j * UT_LANES + l], j = 0 .. 1023. */
typedef struct ut_pitch_group {
    ut_columns columns;
    ut_complex *z;
    ut_lanes *power, *lags;
} ut_pitch_group;

/* What one frame gives. */
typedef struct ut_pitch {
    float f0;      /* Hz; 0 where voicing is 0 */
    float voicing; /* 0 .. 1 */
} ut_pitch;

ut_pitch_tables ut_pitch_tables_in(ut_room *room);
void ut_pitch_prepare(const ut_pitch_tables *tables);
ut_pitch_group ut_pitch_group_in(ut_room *room);

/* Pitch of the frames whose samples were laid out in the group's columns, which are changed. */
void ut_pitch_frames(const ut_pitch_tables *tables, const ut_pitch_group *group, ut_pitch out[UT_LANES]);

#endif
