/* fixed_rows: rows.h in integers. Rows of unsigned bytes that may overlap, by a matrix of signed bytes.
 *
 *     sum[m][n] = sum over i, j, k of x[m*step + i*outer_step + j*inner_step + k] * w[i][j][k][n]
 *
 * becomes a byte as fixed_bytes says and, when pool > 1, the largest of each `pool` rows in a row; `rising` says that no
 * multiplier is negative. Without a multiplier y takes the sum and its bias, 32 bits wide.
 *
 * w is packed by 32 columns, their number rounded up to a multiple of 4: for each panel first 128 times each column's
 * sum, 32 bits each, then for each i and j the depth by fours, each four as its columns side by side, four bytes each.
 * Zeros fill up; enough of them follow the last panel for a vector that reads on.
 *
 * Where `places` is not 0, x is so many rows of `step` bytes between `before` rows of zeros and more of them behind:
 * products by them can be left out.
 */
#define UT_FIXED_PANEL 32

#if UT_COLUMNS >= 16
#define UT_FIXED_ROWS 10
#define UT_FIXED_WIDE 2
#elif UT_COLUMNS > 1
#define UT_FIXED_ROWS 3
#define UT_FIXED_WIDE 4
#else
#define UT_FIXED_ROWS 2
#define UT_FIXED_WIDE 2
#endif

/* Sums of a block's rows; where no multiplier is negative, those of one pool are compared before they are rescaled. */
UT_INLINE void ut_fixed_finish(const ut_fixed_shape *s, int32_t totals[][UT_FIXED_WIDE * UT_COLUMNS], int rows, int wide,
                               size_t row, size_t column, const ut_rescale *r, const ut_ends *ends, void *y) {
    const size_t left = s->columns - column, full = (size_t)(wide * UT_COLUMNS), count = left < full ? left : full;
    size_t at = row / s->pool * s->y_step, phase = row % s->pool;
    int joined = phase > 0;
    (void)ends;
    for (int i = 0; i < rows; i++) {
        const int last = ++phase == s->pool;
        if (s->rising && !last && i + 1 < rows) {
            for (size_t c = 0; c < full; c++)
                totals[i + 1][c] = totals[i + 1][c] > totals[i][c] ? totals[i + 1][c] : totals[i][c];
            continue;
        }
#if defined(UT_ENDS)
        if (ends)
            ut_fixed_write_fast(s, totals[i], count, ends, joined, (uint8_t *)y + at + column);
        else
#endif
            ut_fixed_write(s, totals[i], column, count, r, joined, at, y);
        joined = !last;
        if (last) at += s->y_step, phase = 0;
    }
}

#if defined(UT_DOT_VNNI)
/* The same where sums and ends are vectors of one width: without a way through memory. */
UT_INLINE void ut_fixed_finish_fast(const ut_fixed_shape *s, ut_sums sums[][UT_FIXED_WIDE], int rows, int wide,
                                    size_t row, size_t left, const ut_ends *ends, uint8_t *y) {
    const int least = s->relu ? 0 : INT32_MIN;
    if (s->pool == 1) {
        y += row * s->y_step;
        UT_UNROLL for (int i = 0; i < rows; i++, y += s->y_step)
            UT_UNROLL for (int v = 0; v < wide; v++)
                ut_store_bytes(y + v * UT_ENDS, ut_rescaled(sums[i][v], ends + v, least, s->shift), s->floor, s->ceiling, 0,
                               left - (size_t)(v * UT_ENDS));
        return;
    }
    size_t phase = row % s->pool;
    int joined = phase > 0;
    y += row / s->pool * s->y_step;
    UT_UNROLL for (int i = 0; i < rows; i++) {
        const int last = ++phase == s->pool;
        if (s->rising && !last && i + 1 < rows) {
            UT_UNROLL for (int v = 0; v < wide; v++) sums[i + 1][v] = ut_larger(sums[i + 1][v], sums[i][v]);
            continue;
        }
        UT_UNROLL for (int v = 0; v < wide; v++)
            ut_store_bytes(y + v * UT_ENDS, ut_rescaled(sums[i][v], ends + v, least, s->shift), s->floor, s->ceiling,
                           joined, left - (size_t)(v * UT_ENDS));
        joined = !last;
        if (last) y += s->y_step, phase = 0;
    }
}
#endif

/* The last bytes of a run, fewer than four; zeros follow. */
static inline uint32_t ut_rest(const uint8_t *p, size_t count) {
    return p[0] | (count > 1 ? (uint32_t)p[1] << 8 : 0) | (count > 2 ? (uint32_t)p[2] << 16 : 0);
}

/* One step of a block: four bytes of each row by the columns' four. */
UT_INLINE void ut_fixed_step(ut_sums sums[][UT_FIXED_WIDE], int rows, int wide, const uint8_t *a, size_t step,
                             size_t count, const int8_t *w) {
    UT_UNROLL for (int i = 0; i < rows; i++, a += step) {
        uint32_t four;
        if (count < 4)
            four = ut_rest(a, count);
        else
            memcpy(&four, a, 4);
        const ut_word word = ut_spread(four);
        UT_UNROLL for (int v = 0; v < wide; v++) sums[i][v] = ut_dot(sums[i][v], word, w + 4 * v * UT_COLUMNS);
    }
}

/* The sums of one tap, or of all in one. Rows at the ends of a block whose tap meets padding are left out. */
UT_INLINE void ut_fixed_tap(const ut_fixed_shape *s, ut_sums sums[][UT_FIXED_WIDE], int rows, int wide, size_t at,
                            const uint8_t *a, size_t fours, const int8_t *w, size_t panel) {
    const size_t step = s->step;
#define UT_SOME(first, count) \
    for (size_t d = 0; d < fours; d++) \
        ut_fixed_step(sums + (first), count, wide, a + (first) * step + 4 * d, step, 4, w + 4 * panel * d)
#if UT_FIXED_ROWS > 4
    if (s->places && rows >= 8 && wide == UT_FIXED_WIDE) {
        const size_t before = at < s->before ? s->before - at : 0, end = s->places + s->before;
        const size_t after = at + (size_t)rows > end ? at + (size_t)rows - end : 0;
        switch (!after && before < 4 ? before : !before && after < 5 ? 3 + after : 0) {
            case 1: UT_SOME(1, rows - 1); return;
            case 2: UT_SOME(2, rows - 2); return;
            case 3: UT_SOME(3, rows - 3); return;
            case 4: UT_SOME(0, rows - 1); return;
            case 5: UT_SOME(0, rows - 2); return;
            case 6: UT_SOME(0, rows - 3); return;
            case 7: UT_SOME(0, rows - 4); return;
        }
    }
#endif
    (void)at;
    UT_SOME(0, rows);
#undef UT_SOME
}

/* A block of rows by wide vectors of columns; always inlined and unrolled, so that the sums stay in registers. */
UT_INLINE void ut_fixed_block(const ut_fixed_shape *s, int rows, int wide, size_t row, size_t column, const uint8_t *x,
                              const int8_t *w, const int32_t *k, size_t panel, const ut_rescale *r, const ut_ends *ends,
                              void *y) {
    ut_sums sums[UT_FIXED_ROWS][UT_FIXED_WIDE];
    UT_UNROLL for (int i = 0; i < rows; i++)
        UT_UNROLL for (int v = 0; v < wide; v++) sums[i][v] = ut_none();
    const size_t step = s->step, taps = UT_FIXED_ROWS > 4 && s->places ? s->depth / step : 1;
    const size_t fours = s->depth / 4 / taps, rest = s->depth % 4;
    for (size_t o = 0; o < s->outer; o++)
        for (size_t j = 0; j < s->inner; j++) {
            const uint8_t *a = x + row * step + o * s->outer_step + j * s->inner_step;
            for (size_t t = 0; t < taps; t++, a += step, w += 4 * panel * fours)
                ut_fixed_tap(s, sums, rows, wide, row + t, a, fours, w, panel);
            if (rest) {
                ut_fixed_step(sums, rows, wide, a - step + 4 * fours, step, rest, w);
                w += 4 * panel;
            }
        }
#if defined(UT_DOT_VNNI)
    if (ends) {
        ut_fixed_finish_fast(s, sums, rows, wide, row, s->columns - column, ends, (uint8_t *)y + column);
        return;
    }
#endif
    int32_t totals[UT_FIXED_ROWS][UT_FIXED_WIDE * UT_COLUMNS];
    UT_UNROLL for (int i = 0; i < rows; i++)
        UT_UNROLL for (int v = 0; v < wide; v++) ut_totals(totals[i] + v * UT_COLUMNS, sums[i][v], k + v * UT_COLUMNS);
    ut_fixed_finish(s, totals, rows, wide, row, column, r, ends, y);
}

/* All rows of wide vectors of columns. */
UT_INLINE void ut_fixed_strip(const ut_fixed_shape *s, int wide, size_t column, const uint8_t *x, const int8_t *w,
                              const int32_t *k, size_t panel, const ut_rescale *r, void *y) {
    const ut_ends *ends = NULL;
#if defined(UT_ENDS)
    ut_ends own[UT_FIXED_PANEL / UT_ENDS];
    ends = ut_fixed_ends(s, r, column, (size_t)(wide * UT_COLUMNS), own);
#endif
    size_t row = 0, left = s->rows;
#define UT_BLOCKS(n, when) \
    for (; left >= (n) && (when); row += (n), left -= (n)) \
        ut_fixed_block(s, n, wide, row, column, x, w, k, panel, r, ends, y);
#if UT_FIXED_ROWS > 4
    UT_BLOCKS(UT_FIXED_ROWS, left != 16) /* 16 are 8 and 8: a low block waits for its own sums */
    UT_BLOCKS(8, 1)
    UT_BLOCKS(4, 1)
    UT_BLOCKS(2, 1)
#else
    UT_BLOCKS(UT_FIXED_ROWS, 1)
#endif
    UT_BLOCKS(1, 1)
#undef UT_BLOCKS
}

static void ut_fixed_rows(const ut_fixed_shape *s, const uint8_t *x, const int8_t *w, ut_rescale r, void *y) {
    const size_t fours = s->outer * s->inner * ((s->depth + 3) / 4);
    for (size_t first = 0; first < s->columns; first += UT_FIXED_PANEL) {
        const size_t left = s->columns - first, real = left < UT_FIXED_PANEL ? left : UT_FIXED_PANEL;
        const size_t panel = (real + 3) / 4 * 4;
        const int32_t *const k = (const int32_t *)(const void *)w;
        w += 4 * panel;
        size_t c = 0;
        for (; c + UT_FIXED_WIDE * UT_COLUMNS <= real; c += UT_FIXED_WIDE * UT_COLUMNS)
            ut_fixed_strip(s, UT_FIXED_WIDE, first + c, x, w + 4 * c, k + c, panel, &r, y);
        for (; c < real; c += UT_COLUMNS) ut_fixed_strip(s, 1, first + c, x, w + 4 * c, k + c, panel, &r, y);
        w += 4 * panel * fours;
    }
}
