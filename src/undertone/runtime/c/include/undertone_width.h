/* undertone_width.h: how many frames the front end computes at once. Numbers do not depend on it; sizes and speed do. */
#ifndef UNDERTONE_WIDTH_H
#define UNDERTONE_WIDTH_H

#ifndef UT_LANES
#if defined(__AVX512F__)
#define UT_LANES 16
#elif defined(__AVX2__)
#define UT_LANES 8
#elif defined(__SSE2__) || defined(__aarch64__) || defined(__wasm_simd128__)
#define UT_LANES 4
#else
#define UT_LANES 1
#endif
#endif

#endif
