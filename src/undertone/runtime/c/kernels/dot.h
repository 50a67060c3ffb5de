/* dot: four unsigned bytes by four signed ones, summed exactly into 32 bits, for several columns at once.
 *
 *     ut_spread(four)          four bytes of x, ready to meet every column
 *     ut_none()                sums of zero, UT_COLUMNS of them
 *     ut_dot(sums, x, w)       sums[c] += x[0] w[4c] + x[1] w[4c+1] + x[2] w[4c+2] + x[3] w[4c+3]
 *     ut_totals(out, sums, k)  writes the sums; k[c] is 128 times the sum of column c's weights
 *
 * No step saturates, so every variant gives the same integers. Where the machine multiplies signed bytes only, x goes
 * in less 128, and ut_totals adds k. -DUT_DOT_PLAIN forces plain C.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(UT_DOT_PLAIN)
#elif defined(__AVX512VNNI__) && defined(__AVX512F__)
#define UT_DOT_VNNI 1
#include <immintrin.h>
#elif defined(__AVX2__)
#define UT_DOT_AVX2 1
#include <immintrin.h>
#elif defined(__SSE2__)
#define UT_DOT_SSE2 1
#include <emmintrin.h>
#elif defined(__ARM_NEON) && defined(__ARM_FEATURE_DOTPROD)
#define UT_DOT_SDOT 1
#include <arm_neon.h>
#elif defined(__ARM_NEON)
#define UT_DOT_NEON 1
#include <arm_neon.h>
#elif defined(__wasm_simd128__)
#define UT_DOT_WASM 1
#include <wasm_simd128.h>
#elif defined(__ARM_FEATURE_DSP) && defined(__ARM_FEATURE_SIMD32)
#define UT_DOT_SMLAD 1
#include <arm_acle.h>
#endif

#if defined(UT_DOT_VNNI)
#define UT_COLUMNS 16
typedef __m512i ut_sums, ut_word;
static inline ut_word ut_spread(uint32_t four) { return _mm512_set1_epi32((int)four); }
static inline ut_sums ut_none(void) { return _mm512_setzero_si512(); }
static inline ut_sums ut_dot(ut_sums s, ut_word x, const int8_t *w) {
    return _mm512_dpbusd_epi32(s, x, _mm512_loadu_si512((const void *)w));
}
static inline void ut_totals(int32_t *out, ut_sums s, const int32_t *k) {
    (void)k;
    _mm512_storeu_si512((void *)out, s);
}

#elif defined(UT_DOT_AVX2) /* two partial sums a column, side by side */
#define UT_COLUMNS 4
typedef __m256i ut_sums, ut_word;
static inline ut_word ut_spread(uint32_t four) {
    return _mm256_broadcastq_epi64(_mm_cvtepu8_epi16(_mm_cvtsi32_si128((int)four)));
}
static inline ut_sums ut_none(void) { return _mm256_setzero_si256(); }
static inline ut_sums ut_dot(ut_sums s, ut_word x, const int8_t *w) {
    const __m256i wide = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(const void *)w));
    return _mm256_add_epi32(s, _mm256_madd_epi16(x, wide));
}
static inline void ut_totals(int32_t *out, ut_sums s, const int32_t *k) {
    (void)k;
    const __m128i both = _mm_hadd_epi32(_mm256_castsi256_si128(s), _mm256_extracti128_si256(s, 1));
    _mm_storeu_si128((__m128i *)(void *)out, both);
}

#elif defined(UT_DOT_SSE2)
#define UT_COLUMNS 4
typedef struct {
    __m128i low, high;
} ut_sums;
typedef __m128i ut_word;
static inline ut_word ut_spread(uint32_t four) {
    return _mm_unpacklo_epi8(_mm_set1_epi32((int)four), _mm_setzero_si128());
}
static inline ut_sums ut_none(void) { return (ut_sums){_mm_setzero_si128(), _mm_setzero_si128()}; }
static inline ut_sums ut_dot(ut_sums s, ut_word x, const int8_t *w) {
    const __m128i narrow = _mm_loadu_si128((const __m128i *)(const void *)w);
    const __m128i sign = _mm_cmpgt_epi8(_mm_setzero_si128(), narrow);
    s.low = _mm_add_epi32(s.low, _mm_madd_epi16(x, _mm_unpacklo_epi8(narrow, sign)));
    s.high = _mm_add_epi32(s.high, _mm_madd_epi16(x, _mm_unpackhi_epi8(narrow, sign)));
    return s;
}
static inline void ut_totals(int32_t *out, ut_sums s, const int32_t *k) {
    (void)k;
    const __m128 low = _mm_castsi128_ps(s.low), high = _mm_castsi128_ps(s.high);
    const __m128i even = _mm_castps_si128(_mm_shuffle_ps(low, high, _MM_SHUFFLE(2, 0, 2, 0)));
    const __m128i odd = _mm_castps_si128(_mm_shuffle_ps(low, high, _MM_SHUFFLE(3, 1, 3, 1)));
    _mm_storeu_si128((__m128i *)(void *)out, _mm_add_epi32(even, odd));
}

#elif defined(UT_DOT_SDOT)
#define UT_COLUMNS 4
typedef int32x4_t ut_sums;
typedef int8x16_t ut_word;
static inline ut_word ut_spread(uint32_t four) { return vreinterpretq_s8_u32(vdupq_n_u32(four ^ 0x80808080u)); }
static inline ut_sums ut_none(void) { return vdupq_n_s32(0); }
static inline ut_sums ut_dot(ut_sums s, ut_word x, const int8_t *w) { return vdotq_s32(s, vld1q_s8(w), x); }
static inline void ut_totals(int32_t *out, ut_sums s, const int32_t *k) { vst1q_s32(out, vaddq_s32(s, vld1q_s32(k))); }

#elif defined(UT_DOT_NEON) /* products of bytes fit 16 bits; pairs are summed into 32 */
#define UT_COLUMNS 4
typedef struct {
    int32x4_t low, high;
} ut_sums;
typedef int8x8_t ut_word;
static inline ut_word ut_spread(uint32_t four) { return vreinterpret_s8_u32(vdup_n_u32(four ^ 0x80808080u)); }
static inline ut_sums ut_none(void) { return (ut_sums){vdupq_n_s32(0), vdupq_n_s32(0)}; }
static inline ut_sums ut_dot(ut_sums s, ut_word x, const int8_t *w) {
    const int8x16_t both = vld1q_s8(w);
    s.low = vpadalq_s16(s.low, vmull_s8(x, vget_low_s8(both)));
    s.high = vpadalq_s16(s.high, vmull_s8(x, vget_high_s8(both)));
    return s;
}
static inline void ut_totals(int32_t *out, ut_sums s, const int32_t *k) {
    const int32x2_t low = vpadd_s32(vget_low_s32(s.low), vget_high_s32(s.low));
    const int32x2_t high = vpadd_s32(vget_low_s32(s.high), vget_high_s32(s.high));
    vst1q_s32(out, vaddq_s32(vcombine_s32(low, high), vld1q_s32(k)));
}

#elif defined(UT_DOT_WASM)
#define UT_COLUMNS 4
typedef struct {
    v128_t low, high;
} ut_sums;
typedef v128_t ut_word;
static inline ut_word ut_spread(uint32_t four) { return wasm_u16x8_extend_low_u8x16(wasm_i32x4_splat((int32_t)four)); }
static inline ut_sums ut_none(void) { return (ut_sums){wasm_i32x4_splat(0), wasm_i32x4_splat(0)}; }
static inline ut_sums ut_dot(ut_sums s, ut_word x, const int8_t *w) {
    const v128_t both = wasm_v128_load(w);
    s.low = wasm_i32x4_add(s.low, wasm_i32x4_dot_i16x8(x, wasm_i16x8_extend_low_i8x16(both)));
    s.high = wasm_i32x4_add(s.high, wasm_i32x4_dot_i16x8(x, wasm_i16x8_extend_high_i8x16(both)));
    return s;
}
static inline void ut_totals(int32_t *out, ut_sums s, const int32_t *k) {
    (void)k;
    const v128_t even = wasm_i32x4_shuffle(s.low, s.high, 0, 2, 4, 6);
    const v128_t odd = wasm_i32x4_shuffle(s.low, s.high, 1, 3, 5, 7);
    wasm_v128_store(out, wasm_i32x4_add(even, odd));
}

#elif defined(UT_DOT_SMLAD) /* two products an instruction: even bytes, then odd ones */
#define UT_COLUMNS 1
typedef int32_t ut_sums;
typedef struct {
    uint32_t even, odd;
} ut_word;
static inline ut_word ut_spread(uint32_t four) {
    return (ut_word){four & 0x00ff00ffu, (four >> 8) & 0x00ff00ffu};
}
static inline ut_sums ut_none(void) { return 0; }
static inline ut_sums ut_dot(ut_sums s, ut_word x, const int8_t *w) {
    uint32_t four;
    memcpy(&four, w, sizeof four);
    s = __smlad((int32_t)x.even, __sxtb16((int32_t)four), s);
    return __smlad((int32_t)x.odd, __sxtb16((int32_t)(four >> 8 | four << 24)), s);
}
static inline void ut_totals(int32_t *out, ut_sums s, const int32_t *k) {
    (void)k;
    *out = s;
}

#else
#define UT_COLUMNS 1
typedef int32_t ut_sums;
typedef struct {
    int32_t a, b, c, d;
} ut_word;
static inline ut_word ut_spread(uint32_t four) {
    return (ut_word){(int32_t)(four & 255), (int32_t)(four >> 8 & 255), (int32_t)(four >> 16 & 255),
                     (int32_t)(four >> 24)};
}
static inline ut_sums ut_none(void) { return 0; }
static inline ut_sums ut_dot(ut_sums s, ut_word x, const int8_t *w) {
    return s + x.a * w[0] + x.b * w[1] + x.c * w[2] + x.d * w[3];
}
static inline void ut_totals(int32_t *out, ut_sums s, const int32_t *k) {
    (void)k;
    *out = s;
}
#endif
