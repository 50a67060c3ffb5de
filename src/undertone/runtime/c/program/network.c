/* A compiled network as a program: raw little-endian float32 in, raw float32 out.
 *
 *     PROGRAM < IN > OUT         any number of inputs one after the other; one output for each
 *     PROGRAM FILE > OUT         the same from a file
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "model.h"

static _Alignas(64) unsigned char arena[MODEL_ARENA_BYTES];
static float input[MODEL_INPUT_COUNT], output[MODEL_OUTPUT_COUNT];

static int help(FILE *to, const char *program) {
    fprintf(to, "usage: %s [FILE]\n", program);
    fprintf(to, "Runs the network %s: reads %d float32 an input (from FILE, else from standard input),\n", MODEL_NAME, MODEL_INPUT_COUNT);
    fprintf(to, "writes %d float32 an output to standard output; little-endian, as many inputs as come.\n", MODEL_OUTPUT_COUNT);
    return to == stderr ? 2 : 0;
}

int main(int argc, char **argv) {
    const char *program = argc ? argv[0] : "program";
    if (argc > 2) return help(stderr, program);
    if (argc == 2 && (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))) return help(stdout, program);
    if (argc == 2 && !strcmp(argv[1], "--version")) return printf("%s\n", MODEL_NAME) < 0;
    FILE *from = argc == 2 ? fopen(argv[1], "rb") : stdin;
    if (!from) {
        fprintf(stderr, "error: %s: cannot be read: %s\n", argv[1], strerror(errno));
        return 1;
    }
    size_t got, answered = 0;
    while ((got = fread(input, 1, sizeof input, from)) == sizeof input) {
        model_run(input, output, arena);
        if (fwrite(output, 1, sizeof output, stdout) != sizeof output) {
            fprintf(stderr, "error: the output cannot be written: %s\n", strerror(errno));
            return 1;
        }
        answered++;
    }
    if (got || !answered) {
        fprintf(stderr, "error: the input ends after %zu bytes of an input's %zu\n", got, sizeof input);
        return 1;
    }
    return fflush(stdout) != 0;
}
