/* room.h: cut a caller's buffer into aligned pieces.
 *
 * The same function that lays out a buffer also measures it: with no buffer (base NULL) it only counts.
 */
#ifndef UT_ROOM_H
#define UT_ROOM_H

#include <stddef.h>
#include <stdint.h>

#include "lanes.h"

typedef struct ut_room {
    uint8_t *base; /* aligned; NULL: only count */
    size_t used;
} ut_room;

/* The first aligned address at or after `buffer`. */
static inline uint8_t *ut_aligned(const void *buffer) {
    uintptr_t address = (uintptr_t)buffer;
    return (uint8_t *)((address + UT_ALIGNMENT - 1) & ~(uintptr_t)(UT_ALIGNMENT - 1));
}

/* Bytes that hold `bytes` aligned bytes in a buffer of any alignment. */
static inline size_t ut_with_slack(size_t bytes) { return bytes + UT_ALIGNMENT - 1; }

static inline void *ut_take(ut_room *room, size_t bytes) {
    void *piece = room->base ? room->base + room->used : NULL;
    room->used += (bytes + UT_ALIGNMENT - 1) & ~(size_t)(UT_ALIGNMENT - 1);
    return piece;
}

#endif
