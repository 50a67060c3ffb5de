/* exercise.h: what exercise.c asks of the machine. */
#ifndef EXERCISE_H
#define EXERCISE_H

#include <stddef.h>
#include <stdint.h>

size_t read_input(void *into, size_t room);
void write_output(const void *bytes, size_t count);
_Noreturn void fail(const char *words);

#endif
