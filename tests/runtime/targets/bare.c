/* bare.c: input and output of a machine without an operating system: a file of the host, named on the command line. */
#include "exercise.h"
#include "metal.h"

size_t read_input(void *into, size_t room) { return metal_read_file(metal_argument(), into, room); }

void write_output(const void *bytes, size_t count) { metal_write(bytes, count); }

void fail(const char *words) {
    metal_print(words);
    metal_exit(1);
}
