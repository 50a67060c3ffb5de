/* metal.h: freestanding programs under an emulator (or a debugger): output, exit, files of the host, and exact counts.
 *
 * A program is an `int main(void)`, compiled with semihost.c, one start-up file and one linker script. For a Cortex-M4:
 *
 *     clang or zig cc -target thumb-freestanding-eabihf -mcpu=cortex_m4+vfp4d16sp -ffreestanding -O3
 *         -I metal -I metal/include -Wl,-T,metal/mps2_an386.ld
 *         metal/cortex_m.c metal/semihost.c PROGRAM.c -o PROGRAM
 *     qemu-system-arm -M mps2-an386 -nographic -monitor none -serial none -icount shift=0
 *         -semihosting-config enable=on,target=native -kernel PROGRAM
 *
 * undertone.runtime.metal gives these lines for every board. metal/include is as much of string.h and math.h as the
 * compiler's own library has. A new board is a linker script, and a start-up file if its processor is new. Without
 * -icount the counts mean nothing, and all else works.
 */
#ifndef UT_METAL_H
#define UT_METAL_H

#include <stddef.h>
#include <stdint.h>

/* Bytes to the host's standard output. */
void metal_write(const void *bytes, size_t count);

/* A text, a number in decimal. */
void metal_print(const char *text);
void metal_print_number(uint64_t number);

/* Up to `room` bytes of a file of the host; how many there were, 0 if it cannot be read. */
size_t metal_read_file(const char *path, void *into, size_t room);

/* What follows the program's name on the emulator's command line; "" if nothing does. */
const char *metal_argument(void);

/* Leave the emulator with a status; what main returns does the same. */
_Noreturn void metal_exit(int status);

/* Instructions since the start, under -icount shift=0: to 40 of them on Cortex-M (SysTick runs at 25 MHz of a clock on
 * which an instruction takes 1 ns), to one on RISC-V. */
uint64_t metal_instructions(void);

/* Bytes of stack that were ever used: start-up fills the stack with a pattern. */
size_t metal_stack_used(void);

/* For the start-up files: the host's debug interface, and the whole of the stack. */
uintptr_t metal_call(uintptr_t operation, uintptr_t argument);
void metal_paint_stack(void);
int main(void);

#endif
