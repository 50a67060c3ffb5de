/* probe.c: what a board's start-up, output and counts promise, one word of the command line a promise. */
#include <string.h>

#include "metal.h"

static int initialised = 42, zeroed[100];
static uint8_t file[64];

/* Two instructions a round, and nothing else. */
static void burn(uint32_t rounds) {
#if defined(__arm__)
    __asm__ volatile("1: subs %0, %0, #1\n bne 1b" : "+r"(rounds)::"cc");
#else
    __asm__ volatile("1: addi %0, %0, -1\n bnez %0, 1b" : "+r"(rounds));
#endif
}

static void stand_on(size_t bytes) {
    volatile uint8_t room[8192];
    for (size_t i = 0; i < bytes; i++) room[i] = 1;
}

static void count(uint32_t rounds) {
    uint64_t before = metal_instructions();
    burn(rounds);
    metal_print_number(metal_instructions() - before);
}

int main(void) {
    const char *word = metal_argument();
    int sum = initialised;
    for (int i = 0; i < 100; i++) sum += zeroed[i];
    volatile float third = (float)sum / 3.0f;
    if (!memcmp(word, "memory", 7)) metal_print_number((uint64_t)(third * 10.0f));
    if (!memcmp(word, "count", 6)) count(500000000);
    if (!memcmp(word, "stack", 6)) {
        stand_on(8192);
        metal_print_number(metal_stack_used());
    }
    if (!memcmp(word, "fault", 6)) __builtin_trap();
    if (word[0] == '/') metal_write(file, metal_read_file(word, file, sizeof file));
    return 5;
}
