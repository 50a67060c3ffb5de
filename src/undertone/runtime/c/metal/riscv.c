/* riscv.c: start-up of a RISC-V hart in machine mode, with a floating-point unit. */
#include "metal.h"

extern uint32_t metal_bss_begin[], metal_bss_end[];

/* These three, uncompressed, in one page, are the trap that debuggers and QEMU answer. */
__attribute__((noinline, aligned(16))) uintptr_t metal_call(uintptr_t operation, uintptr_t argument) {
    register uintptr_t a0 __asm__("a0") = operation;
    register uintptr_t a1 __asm__("a1") = argument;
    __asm__ volatile(".option push\n .option norvc\n .balign 16\n"
                     "slli x0, x0, 0x1f\n ebreak\n srai x0, x0, 7\n .option pop"
                     : "+r"(a0)
                     : "r"(a1)
                     : "memory");
    return a0;
}

#if __riscv_xlen == 32
uint64_t metal_instructions(void) {
    uint32_t high, low, again;
    do __asm__ volatile("csrr %0, minstreth\n csrr %1, minstret\n csrr %2, minstreth" : "=r"(high), "=r"(low), "=r"(again));
    while (high != again);
    return (uint64_t)high << 32 | low;
}
#else
uint64_t metal_instructions(void) {
    uint64_t count;
    __asm__ volatile("csrr %0, minstret" : "=r"(count));
    return count;
}
#endif

__attribute__((used, aligned(4))) void metal_trap(void);

__attribute__((used, aligned(4))) void metal_trap(void) {
    metal_print("fault: the program was stopped by an exception of the processor\n");
    metal_exit(70);
}

void metal_run(void);
void metal_run(void) {
    for (volatile uint32_t *to = metal_bss_begin; to < metal_bss_end; to++) *to = 0;
    metal_paint_stack();
    metal_exit(main());
}

/* mstatus.FS = initial: the floating-point unit is on. */
__attribute__((naked, section(".vectors"), used)) void _start(void) {
    __asm__ volatile(".option push\n .option norelax\n la gp, __global_pointer$\n .option pop\n"
                     "la sp, metal_stack_end\n"
                     "la t0, metal_trap\n csrw mtvec, t0\n"
                     "li t0, 0x2000\n csrs mstatus, t0\n"
                     "tail metal_run");
}
