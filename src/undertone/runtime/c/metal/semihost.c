/* semihost.c: ARM's semihosting, which RISC-V has taken over: the host's files, output and exit behind one trap.
 *
 * Operations and their argument blocks: "Semihosting for AArch32 and AArch64", Arm.
 */
#include "metal.h"

enum { OPEN = 0x01, CLOSE = 0x02, WRITE = 0x05, READ = 0x06, COMMAND_LINE = 0x15, EXIT_EXTENDED = 0x20 };
enum { MODE_READ = 1, MODE_WRITE = 4, APPLICATION_EXIT = 0x20026 };

static const uintptr_t failed = ~(uintptr_t)0;

static uintptr_t text_length(const char *text) {
    uintptr_t length = 0;
    while (text[length]) length++;
    return length;
}

static uintptr_t open_file(const char *path, uintptr_t mode) {
    const uintptr_t block[3] = {(uintptr_t)path, mode, text_length(path)};
    return metal_call(OPEN, (uintptr_t)block);
}

/* ":tt" opened for writing is standard output. */
void metal_write(const void *bytes, size_t count) {
    static uintptr_t output = ~(uintptr_t)0;
    if (output == failed) output = open_file(":tt", MODE_WRITE);
    const uintptr_t block[3] = {output, (uintptr_t)bytes, count};
    metal_call(WRITE, (uintptr_t)block);
}

void metal_print(const char *text) { metal_write(text, text_length(text)); }

void metal_print_number(uint64_t number) {
    char digits[20];
    size_t at = sizeof digits;
    do digits[--at] = (char)('0' + number % 10);
    while (number /= 10);
    metal_write(digits + at, sizeof digits - at);
}

size_t metal_read_file(const char *path, void *into, size_t room) {
    uintptr_t file = open_file(path, MODE_READ);
    if (file == failed) return 0;
    const uintptr_t block[3] = {file, (uintptr_t)into, room};
    uintptr_t missing = metal_call(READ, (uintptr_t)block); /* how many bytes were not read */
    metal_call(CLOSE, (uintptr_t)&file);
    return missing > room ? 0 : room - missing;
}

const char *metal_argument(void) {
    static char line[256];
    if (!line[0]) {
        uintptr_t block[2] = {(uintptr_t)line, sizeof line};
        if (metal_call(COMMAND_LINE, (uintptr_t)block)) return "";
    }
    const char *word = line;
    while (*word && *word != ' ') word++;
    return *word ? word + 1 : word;
}

void metal_exit(int status) {
    const uintptr_t block[2] = {APPLICATION_EXIT, (uintptr_t)status};
    metal_call(EXIT_EXTENDED, (uintptr_t)block);
    for (;;) {}
}

/* The linker script names the stack; it grows down from its end. */
extern uint32_t metal_stack_begin[], metal_stack_end[];
static const uint32_t pattern = 0x57ac57ac;

/* All but the part that the caller stands on. */
void metal_paint_stack(void) {
    const uint32_t *here = __builtin_frame_address(0);
    for (volatile uint32_t *word = metal_stack_begin; word < here - 16; word++) *word = pattern;
}

size_t metal_stack_used(void) {
    const volatile uint32_t *word = metal_stack_begin;
    while (word < metal_stack_end && *word == pattern) word++;
    return (size_t)((uintptr_t)metal_stack_end - (uintptr_t)word);
}
