/* hosted.c: input and output of a machine with an operating system. */
#include <stdio.h>
#include <stdlib.h>

#include "exercise.h"

size_t read_input(void *into, size_t room) { return fread(into, 1, room, stdin); }

void write_output(const void *bytes, size_t count) {
    if (fwrite(bytes, 1, count, stdout) != count) fail("the output cannot be written");
}

void fail(const char *words) {
    fprintf(stderr, "exercise: %s\n", words);
    exit(1);
}
