/* frame_stream.h: the samples that unfinished frames of a stream still need. */
#ifndef UT_FRAME_STREAM_H
#define UT_FRAME_STREAM_H

#include "room.h"
#include "stretch.h"

typedef struct ut_frame_stream_head {
    uint64_t next;  /* the first frame that was not taken */
    int64_t origin; /* which sample of the clip is kept[0] */
    uint32_t held;  /* samples in kept */
    uint32_t ended;
} ut_frame_stream_head;

/* A stream of frames `hop` samples apart, each of which needs `reach` samples on both sides of its centre. */
typedef struct ut_frame_stream {
    ut_frame_stream_head *head;
    float *kept;
    uint32_t hop, reach, capacity;
} ut_frame_stream;

ut_frame_stream ut_frame_stream_in(ut_room *room, uint32_t hop, uint32_t reach);
void ut_frame_stream_start(const ut_frame_stream *s);

/* How many of the samples were consumed: less than `count` when ready frames wait to be taken. */
size_t ut_frame_stream_feed(const ut_frame_stream *s, const float *samples, size_t count);

/* What is at hand. How many frames are ready from head->next on: when their last sample is here, or the clip has ended. */
ut_stretch ut_frame_stream_stretch(const ut_frame_stream *s);
size_t ut_frame_stream_ready(const ut_frame_stream *s);

#endif
