/* fixed_separate: fixed_rows where each column of x meets only its own column of w (rows of `columns` signed bytes, not
 * packed), for `lines` lines of rows. */

/* The plain way: columns are taken 16 at a time, so that a compiler can keep their sums in registers. */
static void ut_fixed_separate_plain(const ut_fixed_shape *s, const uint8_t *x, const int8_t *w, const ut_rescale *r,
                                    size_t first, size_t end, size_t at, void *y) {
    for (size_t row = 0; row < s->rows; row++)
        for (size_t n = first; n < end; n += 16) {
            const size_t count = end - n < 16 ? end - n : 16;
            int32_t sums[16] = {0};
            for (size_t o = 0; o < s->outer; o++)
                for (size_t j = 0; j < s->inner; j++) {
                    const uint8_t *const a = x + row * s->step + o * s->outer_step + j * s->inner_step + n;
                    const int8_t *const b = w + (o * s->inner + j) * s->columns + n;
                    if (count == 16)
                        for (size_t c = 0; c < 16; c++) sums[c] += a[c] * b[c];
                    else
                        for (size_t c = 0; c < count; c++) sums[c] += a[c] * b[c];
                }
            ut_fixed_write(s, sums, n, count, r, row % s->pool > 0, at + row / s->pool * s->y_step, y);
        }
}

#if defined(UT_ENDS) /* 64 columns (AVX2: 32) at a time, four taps side by side in each column's 32 bits */
#define UT_ABREAST (4 * UT_ENDS)
#define UT_MOST_TAPS 64

#if defined(UT_DOT_VNNI)
typedef __m512i ut_bytes, ut_four_taps;
#define UT_WIDE(name) _mm512_##name
static inline __mmask64 ut_some(size_t count) { return count < 64 ? (1ull << count) - 1 : ~0ull; }
static inline ut_bytes ut_load_bytes(const void *p, size_t count) {
    return count >= 64 ? _mm512_loadu_si512(p) : _mm512_maskz_loadu_epi8(ut_some(count), p);
}
static inline void ut_store_all(uint8_t *y, ut_bytes v, size_t count) {
    if (count >= 64)
        _mm512_storeu_si512((void *)y, v);
    else
        _mm512_mask_storeu_epi8(y, ut_some(count), v);
}
static inline ut_bytes ut_zero_bytes(void) { return _mm512_setzero_si512(); }
static inline ut_four_taps ut_taps_of(ut_bytes w) { return w; }
static inline ut_ints ut_dot_taps(ut_ints sums, ut_bytes x, const ut_four_taps *w) {
    return _mm512_dpbusd_epi32(sums, x, *w);
}
#else
typedef __m256i ut_bytes;
typedef struct {
    __m256i even, odd;
} ut_four_taps;
#define UT_WIDE(name) _mm256_##name
static inline ut_bytes ut_load_bytes(const void *p, size_t count) { return (void)count, ut_load_256(p); }
static inline void ut_store_all(uint8_t *y, ut_bytes v, size_t count) {
    (void)count;
    _mm256_storeu_si256((__m256i *)(void *)y, v);
}
static inline ut_bytes ut_zero_bytes(void) { return _mm256_setzero_si256(); }
static inline ut_four_taps ut_taps_of(ut_bytes w) {
    return (ut_four_taps){_mm256_srai_epi16(_mm256_slli_epi16(w, 8), 8), _mm256_srai_epi16(w, 8)};
}
static inline ut_ints ut_dot_taps(ut_ints sums, ut_bytes x, const ut_four_taps *w) {
    const __m256i even = _mm256_madd_epi16(_mm256_and_si256(x, _mm256_set1_epi16(255)), w->even);
    return _mm256_add_epi32(_mm256_add_epi32(sums, even), _mm256_madd_epi16(_mm256_srli_epi16(x, 8), w->odd));
}
#endif

/* Rows a, b, c, d of bytes to their columns' fours: out[k] has columns 4k to 4k + 3 of each sixteen. */
UT_INLINE void ut_side_by_side(ut_bytes a, ut_bytes b, ut_bytes c, ut_bytes d, ut_bytes out[4]) {
    const ut_bytes ab = UT_WIDE(unpacklo_epi8)(a, b), cd = UT_WIDE(unpacklo_epi8)(c, d);
    const ut_bytes ab2 = UT_WIDE(unpackhi_epi8)(a, b), cd2 = UT_WIDE(unpackhi_epi8)(c, d);
    out[0] = UT_WIDE(unpacklo_epi16)(ab, cd), out[1] = UT_WIDE(unpackhi_epi16)(ab, cd);
    out[2] = UT_WIDE(unpacklo_epi16)(ab2, cd2), out[3] = UT_WIDE(unpackhi_epi16)(ab2, cd2);
}

/* What does not change from row to row: where the taps are, by fours, their weights, and the columns' ends. */
typedef struct {
    size_t fours, at[UT_MOST_TAPS];
    ut_four_taps w[UT_MOST_TAPS / 4][4];
    ut_ends ends[4];
} ut_abreast;

static void ut_abreast_of(const ut_fixed_shape *s, const int8_t *w, const ut_rescale *r, size_t first, size_t count,
                          ut_abreast *t) {
    const size_t taps = s->outer * s->inner;
    t->fours = (taps + 3) / 4;
    for (size_t f = 0; f < t->fours; f++) {
        ut_bytes four[4], mixed[4];
        for (size_t i = 0; i < 4; i++) {
            const size_t tap = 4 * f + i;
            t->at[tap] = tap < taps ? tap / s->inner * s->outer_step + tap % s->inner * s->inner_step : 0;
            four[i] = tap < taps ? ut_load_bytes(w + tap * s->columns + first, count) : ut_zero_bytes();
        }
        ut_side_by_side(four[0], four[1], four[2], four[3], mixed);
        for (size_t k = 0; k < 4; k++) t->w[f][k] = ut_taps_of(mixed[k]);
    }
    int32_t bias[UT_ABREAST] = {0}, multiplier[UT_ABREAST] = {0};
    int64_t offset[UT_ABREAST] = {0};
    for (size_t c = 0; c < count; c++) {
        const size_t place = c % 16 / 4 * UT_ENDS + c / 16 * 4 + c % 4;
        bias[place] = r->bias[first + c];
        multiplier[place] = r->multiplier[first + c];
        offset[place] = r->offset[first + c];
    }
    const ut_rescale own = {bias, multiplier, offset};
    for (size_t k = 0; k < 4; k++) t->ends[k] = ut_ends_of(&own, k * UT_ENDS, UT_ENDS, s->shift);
}

/* One row of UT_ABREAST columns; of `count` where fewer are left. */
UT_INLINE void ut_abreast_row(const ut_fixed_shape *s, const ut_abreast *t, size_t fours, const uint8_t *a, size_t count,
                              int joined, uint8_t *y) {
    ut_ints sums[4];
    UT_UNROLL for (int k = 0; k < 4; k++) sums[k] = ut_zero_bytes();
    for (size_t f = 0; f < fours; f++) {
        const size_t *const at = t->at + 4 * f;
        ut_bytes x[4];
        ut_side_by_side(ut_load_bytes(a + at[0], count), ut_load_bytes(a + at[1], count),
                        ut_load_bytes(a + at[2], count), ut_load_bytes(a + at[3], count), x);
        UT_UNROLL for (int k = 0; k < 4; k++) sums[k] = ut_dot_taps(sums[k], x[k], &t->w[f][k]);
    }
    UT_UNROLL for (int k = 0; k < 4; k++)
        sums[k] = ut_rescaled(sums[k], &t->ends[k], s->relu ? 0 : INT32_MIN, s->shift);
    const ut_ints low = UT_WIDE(packs_epi32)(sums[0], sums[1]), high = UT_WIDE(packs_epi32)(sums[2], sums[3]);
    ut_bytes out = UT_WIDE(max_epu8)(UT_WIDE(packus_epi16)(low, high), UT_WIDE(set1_epi8)((char)s->floor));
    out = UT_WIDE(min_epu8)(out, UT_WIDE(set1_epi8)((char)s->ceiling));
    if (joined) out = UT_WIDE(max_epu8)(out, ut_load_bytes(y, count));
    ut_store_all(y, out, count);
}

static void ut_fixed_abreast(const ut_fixed_shape *s, const uint8_t *x, const int8_t *w, const ut_rescale *r,
                             size_t first, size_t count, uint8_t *y) {
    ut_abreast t;
    ut_abreast_of(s, w, r, first, count, &t);
    for (size_t line = 0; line < s->lines; line++)
        for (size_t row = 0; row < s->rows; row++) {
            const uint8_t *const a = x + line * s->x_line + row * s->step + first;
            uint8_t *const to = y + line * s->y_line + row / s->pool * s->y_step + first;
            const int joined = row % s->pool > 0;
            if (t.fours == 3)
                ut_abreast_row(s, &t, 3, a, count, joined, to);
            else
                ut_abreast_row(s, &t, t.fours, a, count, joined, to);
        }
}
#endif

static void ut_fixed_separate(const ut_fixed_shape *s, const uint8_t *x, const int8_t *w, ut_rescale r, void *y) {
    size_t first = 0;
#if defined(UT_ENDS)
    if (r.multiplier && s->shift >= UT_LEAST_SHIFT && s->outer * s->inner <= UT_MOST_TAPS)
        for (size_t count; first < s->columns; first += count) {
            count = s->columns - first < UT_ABREAST ? s->columns - first : UT_ABREAST;
#if !defined(UT_DOT_VNNI)
            if (count < UT_ABREAST) break;
#endif
            ut_fixed_abreast(s, x, w, &r, first, count, y);
        }
#endif
    for (size_t line = 0; line < s->lines && first < s->columns; line++)
        ut_fixed_separate_plain(s, x + line * s->x_line, w, &r, first, s->columns, line * s->y_line, y);
}
