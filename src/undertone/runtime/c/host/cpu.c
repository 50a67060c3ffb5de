/* cpu.c: which of the library's builds this processor can run; part of the shared library, not of compiled programs. */
#include "undertone.h"

UT_API int ut_cpu_runs(const char *variant);

#if defined(__x86_64__)
#include <cpuid.h>

/* Does the operating system keep the registers (XCR0) that the instructions need? */
static int keeps_registers(unsigned wanted) {
    unsigned low, high;
    __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return (low & wanted) == wanted;
}

static int has_avx2(void) {
    unsigned a, b, c, d, basic;
    if (!__get_cpuid(1, &a, &b, &basic, &d)) return 0;
    unsigned needed = bit_FMA | bit_AVX | bit_OSXSAVE | bit_MOVBE | bit_F16C;
    if ((basic & needed) != needed || !keeps_registers(0x6)) return 0;
    if (!__get_cpuid_count(7, 0, &a, &b, &c, &d)) return 0;
    unsigned extended = bit_AVX2 | bit_BMI | bit_BMI2;
    if ((b & extended) != extended) return 0;
    return __get_cpuid(0x80000001, &a, &b, &c, &d) && (c & bit_LZCNT);
}

static int has_avx512(void) {
    unsigned a, b, c, d;
    if (!has_avx2() || !keeps_registers(0xe6) || !__get_cpuid_count(7, 0, &a, &b, &c, &d)) return 0;
    unsigned needed = bit_AVX512F | bit_AVX512BW | bit_AVX512CD | bit_AVX512DQ | bit_AVX512VL;
    return (b & needed) == needed;
}

/* "baseline", "avx2" or "avx512": 1 if it runs here. The names are told apart by length. */
int ut_cpu_runs(const char *variant) {
    size_t length = 0;
    while (variant[length]) length++;
    return length == 4 ? has_avx2() : length == 6 ? has_avx512() : 1;
}
#else
int ut_cpu_runs(const char *variant) { return variant[0] == 'b'; }
#endif
