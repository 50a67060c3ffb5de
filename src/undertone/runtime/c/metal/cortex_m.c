/* cortex_m.c: start-up of a Cortex-M with a floating-point unit. */
#include "metal.h"

#define REGISTER(address) (*(volatile uint32_t *)(address))
#define SYSTICK_CONTROL REGISTER(0xe000e010)
#define SYSTICK_RELOAD REGISTER(0xe000e014)
#define SYSTICK_VALUE REGISTER(0xe000e018)
#define COPROCESSOR_ACCESS REGISTER(0xe000ed88)

enum { SYSTICK_TOP = 0xffffff, INSTRUCTIONS_PER_TICK = 40 };

/* From the linker script: .data as it lies in flash, and where it belongs. */
extern uint32_t metal_data_load[], metal_data_begin[], metal_data_end[], metal_bss_begin[], metal_bss_end[], metal_stack_end[];

static volatile uint32_t rounds;

static void count_round(void) { rounds++; }

/* BKPT 0xab is the trap that debuggers and QEMU answer. */
uintptr_t metal_call(uintptr_t operation, uintptr_t argument) {
    register uintptr_t r0 __asm__("r0") = operation;
    register uintptr_t r1 __asm__("r1") = argument;
    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory", "cc");
    return r0;
}

/* SysTick counts down to 0, where a round ends; the next tick loads the top. A round that ended between the reads is
 * seen by the second read of `rounds`. */
uint64_t metal_instructions(void) {
    uint32_t before, value;
    do {
        before = rounds;
        value = SYSTICK_VALUE;
    } while (before != rounds);
    uint32_t ticks = value ? SYSTICK_TOP + 1u - value : 0;
    return ((uint64_t)before * (SYSTICK_TOP + 1u) + ticks) * INSTRUCTIONS_PER_TICK;
}

static void stop(void) {
    metal_print("fault: the program was stopped by an exception of the processor\n");
    metal_exit(70);
}

/* Called, so that no floating-point instruction can come before the unit is switched on. */
__attribute__((noinline)) static int run(void) { return main(); }

static void reset(void) {
    COPROCESSOR_ACCESS |= 0xfu << 20; /* full access to the floating-point unit */
    __asm__ volatile("dsb\n isb" ::: "memory");
    const volatile uint32_t *from = metal_data_load;
    for (volatile uint32_t *to = metal_data_begin; to < metal_data_end; to++) *to = *from++;
    for (volatile uint32_t *to = metal_bss_begin; to < metal_bss_end; to++) *to = 0;
    metal_paint_stack();
    SYSTICK_RELOAD = SYSTICK_TOP;
    SYSTICK_VALUE = 0;
    SYSTICK_CONTROL = 7; /* the processor's clock, interrupt, on */
    metal_exit(run());
}

typedef union vector {
    uint32_t *stack;
    void (*handler)(void);
} vector;

/* Stack, reset, NMI, four faults, four reserved, SVC, debug, reserved, PendSV, SysTick. */
__attribute__((section(".vectors"), used)) static const vector vectors[16] = {
    {.stack = metal_stack_end}, {.handler = reset}, {.handler = stop}, {.handler = stop},
    {.handler = stop},          {.handler = stop},  {.handler = stop}, [11] = {.handler = stop},
    [12] = {.handler = stop},   [14] = {.handler = stop}, [15] = {.handler = count_round},
};
