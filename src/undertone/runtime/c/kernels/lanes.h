/* lanes: how many floats one vector register holds. GNU vector types where the target has registers for them, plain
 * floats where it has not (Cortex-M: gcc would split vectors and more than double the instructions). */
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#pragma GCC diagnostic ignored "-Wunused-function" /* no network calls all of what follows */

#if defined(UT_LANES)
#elif defined(__GNUC__) && defined(__AVX512F__)
#define UT_LANES 16
#elif defined(__GNUC__) && defined(__AVX__)
#define UT_LANES 8
#elif defined(__GNUC__) && (defined(__SSE2__) || defined(__ARM_NEON) || defined(__wasm_simd128__))
#define UT_LANES 4
#else
#define UT_LANES 1
#endif

#if UT_LANES > 1
typedef float ut_vector __attribute__((vector_size(4 * UT_LANES), aligned(4), may_alias));
typedef int32_t ut_mask __attribute__((vector_size(4 * UT_LANES)));
static inline ut_vector ut_less(ut_vector a, ut_vector b, ut_vector yes, ut_vector no) {
    ut_mask m = (ut_mask)(a < b);
    return (ut_vector)((m & (ut_mask)yes) | (~m & (ut_mask)no));
}
static inline ut_vector ut_load(const float *p) { return *(const ut_vector *)(const void *)p; }
static inline void ut_store(float *p, ut_vector v) { *(ut_vector *)(void *)p = v; }
static inline ut_vector ut_all(float v) { return v - (ut_vector){0}; }
/* The first n floats alone are read or written when n is less than a vector's. */
static inline ut_vector ut_load_some(const float *p, size_t n) {
    if (n >= UT_LANES) return ut_load(p);
    float all[UT_LANES] = {0};
    for (size_t i = 0; i < n; i++) all[i] = p[i];
    return ut_load(all);
}
static inline void ut_store_some(float *p, ut_vector v, size_t n) {
    if (n >= UT_LANES) {
        ut_store(p, v);
        return;
    }
    float all[UT_LANES];
    ut_store(all, v);
    for (size_t i = 0; i < n; i++) p[i] = all[i];
}
#else
typedef float ut_vector;
static inline ut_vector ut_less(ut_vector a, ut_vector b, ut_vector yes, ut_vector no) { return a < b ? yes : no; }
static inline ut_vector ut_load(const float *p) { return *p; }
static inline void ut_store(float *p, ut_vector v) { *p = v; }
static inline ut_vector ut_all(float v) { return v; }
static inline ut_vector ut_load_some(const float *p, size_t n) { return (void)n, *p; }
static inline void ut_store_some(float *p, ut_vector v, size_t n) { (void)n, *p = v; }
#endif

#if defined(__GNUC__)
#define UT_INLINE static inline __attribute__((always_inline))
#define UT_UNROLL _Pragma("GCC unroll 16")
#else
#define UT_INLINE static inline
#define UT_UNROLL
#endif

/* What will be read soon is fetched into the second cache, where the compiler can say so. */
#if defined(__GNUC__)
#define ut_fetch(p) __builtin_prefetch((p), 0, 2)
#else
#define ut_fetch(p) ((void)(p))
#endif
UT_INLINE void ut_soon(const float *from, int count) {
    for (int i = 0; i < count; i += 16) ut_fetch(from + i);
}
