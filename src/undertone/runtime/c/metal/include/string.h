/* string.h: the four functions of it that the compiler's own library has on bare metal. */
#ifndef UT_METAL_STRING_H
#define UT_METAL_STRING_H

#include <stddef.h>

void *memcpy(void *restrict to, const void *restrict from, size_t count);
void *memmove(void *to, const void *from, size_t count);
void *memset(void *to, int value, size_t count);
int memcmp(const void *a, const void *b, size_t count);

/* -ffreestanding takes from the compiler what it knows of these names, and a copy of four bytes would be a call. */
#define memcpy(to, from, count) __builtin_memcpy(to, from, count)
#define memmove(to, from, count) __builtin_memmove(to, from, count)
#define memset(to, value, count) __builtin_memset(to, value, count)

#endif
