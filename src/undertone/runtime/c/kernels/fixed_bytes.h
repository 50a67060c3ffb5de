/* fixed_bytes: how the sums of an integer product become bytes.
 *
 *     y = clamp((v * multiplier[n] + offset[n]) >> shift, floor, ceiling)      v = sum + bias[n], not below 0 if relu
 *
 * in 64 bits, so that there is one rounding. Where the shift is 32 or more, vectors look at the upper halves of the
 * products alone: a floor of a floor is the floor of both. A shift of 31 is one of 32 of numbers twice as large, for
 * which 30 bits of the multiplier leave room.
 */
#define UT_LEAST_SHIFT 31
typedef struct {
    size_t rows, columns, step, outer, outer_step, inner, inner_step, depth, y_step, pool;
    int shift, relu, floor, ceiling, rising;
    size_t lines, x_line, y_line; /* fixed_separate's second axis */
    size_t before, places;        /* fixed_rows: where padding of zeros is */
} ut_fixed_shape;

typedef struct {
    const int32_t *bias, *multiplier;
    const int64_t *offset;
} ut_rescale;

/* ut_ends: what rescales UT_ENDS sums that lie side by side; the odd ones' numbers apart from the even ones'. */
#if defined(UT_DOT_VNNI)
#define UT_ENDS 16
typedef __m512i ut_ints;
typedef struct {
    __m512i bias, even, odd, even_offset, odd_offset;
} ut_ends;
static inline ut_ends ut_ends_of(const ut_rescale *r, size_t n, size_t count, int shift) {
    const __mmask16 some = (__mmask16)(count < 16 ? (1u << count) - 1 : 0xffff);
    const __m128i up = _mm_cvtsi32_si128(shift < 32);
    const __m512i even = _mm512_sll_epi32(_mm512_maskz_loadu_epi32(some, r->multiplier + n), up);
    const __m512i low = _mm512_maskz_loadu_epi64((__mmask8)some, r->offset + n);
    const __m512i high = count > 8 ? _mm512_maskz_loadu_epi64((__mmask8)(some >> 8), r->offset + n + 8) : low;
    const __m512i evens = _mm512_setr_epi64(0, 2, 4, 6, 8, 10, 12, 14);
    const __m512i odds = _mm512_setr_epi64(1, 3, 5, 7, 9, 11, 13, 15);
    return (ut_ends){_mm512_maskz_loadu_epi32(some, r->bias + n), even, _mm512_srli_epi64(even, 32),
                     _mm512_sll_epi64(_mm512_permutex2var_epi64(low, evens, high), up),
                     _mm512_sll_epi64(_mm512_permutex2var_epi64(low, odds, high), up)};
}
static inline ut_ints ut_larger(ut_ints a, ut_ints b) { return _mm512_max_epi32(a, b); }
static inline ut_ints ut_load_ints(const int32_t *p) { return _mm512_loadu_si512((const void *)p); }
UT_INLINE ut_ints ut_rescaled(ut_ints v, const ut_ends *e, int least, int shift) {
    v = _mm512_max_epi32(_mm512_add_epi32(v, e->bias), _mm512_set1_epi32(least));
    const __m512i even = _mm512_add_epi64(_mm512_mul_epi32(v, e->even), e->even_offset);
    const __m512i odd = _mm512_add_epi64(_mm512_mul_epi32(_mm512_srli_epi64(v, 32), e->odd), e->odd_offset);
    const __m512i upper = _mm512_mask_shuffle_epi32(odd, 0x5555, even, _MM_PERM_CDAB);
    return _mm512_sra_epi32(upper, _mm_cvtsi32_si128(shift < 32 ? 0 : shift - 32));
}
static inline void ut_store_bytes(uint8_t *y, ut_ints v, int floor, int ceiling, int joined, size_t count) {
    const __mmask16 some = (__mmask16)(count < 16 ? (1u << count) - 1 : 0xffff);
    v = _mm512_min_epi32(_mm512_max_epi32(v, _mm512_set1_epi32(floor)), _mm512_set1_epi32(ceiling));
    __m128i bytes = _mm512_cvtepi32_epi8(v);
    if (joined) bytes = _mm_max_epu8(bytes, _mm_maskz_loadu_epi8(some, y));
    if (count >= 16) /* stores of some bytes are slow on some machines */
        _mm_storeu_si128((__m128i *)(void *)y, bytes);
    else
        _mm_mask_storeu_epi8(y, some, bytes);
}

#elif defined(UT_DOT_AVX2)
#define UT_ENDS 8
typedef __m256i ut_ints;
typedef struct {
    __m256i bias, even, odd, even_offset, odd_offset;
} ut_ends;
static inline __m256i ut_load_256(const void *p) { return _mm256_loadu_si256((const __m256i *)p); }
static inline ut_ends ut_ends_of(const ut_rescale *r, size_t n, size_t count, int shift) {
    int32_t bias[8] = {0}, multiplier[8] = {0};
    int64_t even[4] = {0}, odd[4] = {0};
    for (size_t c = 0; c < 8 && c < count; c++) {
        bias[c] = r->bias[n + c];
        multiplier[c] = r->multiplier[n + c] * (shift < 32 ? 2 : 1);
        (c % 2 ? odd : even)[c / 2] = r->offset[n + c] * (shift < 32 ? 2 : 1);
    }
    const __m256i both = ut_load_256(multiplier);
    return (ut_ends){ut_load_256(bias), both, _mm256_srli_epi64(both, 32), ut_load_256(even), ut_load_256(odd)};
}
static inline ut_ints ut_load_ints(const int32_t *p) { return ut_load_256(p); }
UT_INLINE ut_ints ut_rescaled(ut_ints v, const ut_ends *e, int least, int shift) {
    v = _mm256_max_epi32(_mm256_add_epi32(v, e->bias), _mm256_set1_epi32(least));
    const __m256i even = _mm256_add_epi64(_mm256_mul_epi32(v, e->even), e->even_offset);
    const __m256i odd = _mm256_add_epi64(_mm256_mul_epi32(_mm256_srli_epi64(v, 32), e->odd), e->odd_offset);
    const __m256i upper = _mm256_blend_epi32(_mm256_srli_epi64(even, 32), odd, 0xaa);
    return _mm256_sra_epi32(upper, _mm_cvtsi32_si128(shift < 32 ? 0 : shift - 32));
}
static inline void ut_store_bytes(uint8_t *y, ut_ints v, int floor, int ceiling, int joined, size_t count) {
    v = _mm256_min_epi32(_mm256_max_epi32(v, _mm256_set1_epi32(floor)), _mm256_set1_epi32(ceiling));
    const __m128i words = _mm_packs_epi32(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1));
    uint8_t bytes[8];
    _mm_storel_epi64((__m128i *)(void *)bytes, _mm_packus_epi16(words, words));
    if (joined)
        for (size_t c = 0; c < count && c < 8; c++) bytes[c] = y[c] > bytes[c] ? y[c] : bytes[c];
    memcpy(y, bytes, count < 8 ? count : 8);
}

#else
typedef struct ut_ends ut_ends;
#endif

/* Up to 32 sums of one row to bytes; joined with what is at y when the row is not the first of its pool. */
static void ut_fixed_write(const ut_fixed_shape *s, const int32_t *sums, size_t n, size_t count, const ut_rescale *r,
                           int joined, size_t at, void *out) {
    const int32_t *const bias = r->bias + n;
    if (!r->multiplier) {
        int32_t *const y = (int32_t *)out + at + n;
        for (size_t c = 0; c < count; c++) {
            const int32_t v = sums[c] + bias[c];
            y[c] = joined && y[c] > v ? y[c] : v;
        }
        return;
    }
    uint8_t *const y = (uint8_t *)out + at + n;
    const int32_t *const multiplier = r->multiplier + n;
    const int64_t *const offset = r->offset + n;
    const int32_t least = s->relu ? 0 : INT32_MIN;
    const int64_t floor = s->floor, ceiling = s->ceiling;
    uint8_t done[32];
    for (size_t c = 0; c < count; c++) {
        int32_t v = sums[c] + bias[c];
        v = v < least ? least : v;
        int64_t q = ((int64_t)v * multiplier[c] + offset[c]) >> s->shift;
        q = q < floor ? floor : q;
        done[c] = (uint8_t)(q > ceiling ? ceiling : q);
    }
    if (joined)
        for (size_t c = 0; c < count; c++) y[c] = y[c] > done[c] ? y[c] : done[c];
    else
        memcpy(y, done, count);
}

#if defined(UT_ENDS)
/* The ends of at most `most` columns from n on, 32 or fewer; none where the plain way must be gone. */
UT_INLINE const ut_ends *ut_fixed_ends(const ut_fixed_shape *s, const ut_rescale *r, size_t n, size_t most,
                                       ut_ends *e) {
    if (!r->multiplier || s->shift < UT_LEAST_SHIFT) return NULL;
    const size_t count = s->columns - n < most ? s->columns - n : most;
    for (size_t c = 0; c < count; c += UT_ENDS) e[c / UT_ENDS] = ut_ends_of(r, n + c, count - c, s->shift);
    return e;
}

/* ut_fixed_write by vectors. */
UT_INLINE void ut_fixed_write_fast(const ut_fixed_shape *s, const int32_t *sums, size_t count, const ut_ends *e,
                                   int joined, uint8_t *y) {
    for (size_t c = 0; c < count; c += UT_ENDS) {
        const ut_ints q = ut_rescaled(ut_load_ints(sums + c), e + c / UT_ENDS, s->relu ? 0 : INT32_MIN, s->shift);
        ut_store_bytes(y + c, q, s->floor, s->ceiling, joined, count - c);
    }
}
#endif
