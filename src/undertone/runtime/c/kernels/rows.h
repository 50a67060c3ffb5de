/* rows: a matrix product whose left rows may overlap, and what follows it.
 *
 *     y[m][n] = post(sum over i, j, k of x[m*step + i*outer_step + j*inner_step + k] * w[i][j][k][n])
 *     post(v) = clamp(v + bias[n], low, high) * scale[n] + shift[n]      (scale and shift may be NULL)
 *
 * and, when pool > 1, the largest of each `pool` rows in a row. In a zero-padded channel-last buffer the inputs of one
 * output step of a convolution lie side by side and those of the next step begin step floats on: no copy is made.
 *
 * w is packed by UT_PANEL columns: for each panel all its rows, each row its columns side by side; the last panel is as
 * narrow as the columns that are left; vectors may read past its end (up to UT_LANES - 1 floats, which the weights have
 * behind them) and forget what they read there. Each sum runs in the order i, j, k whatever the blocking, so every width of
 * vector gives the same bits as plain C does, given the same contraction of multiply and add.
 */
#define UT_PANEL 32

typedef struct {
    size_t rows, columns, step, outer, outer_step, inner, inner_step, depth, y_step, pool;
    float low, high;
    size_t next; /* how far behind the last panel's weights those of the next call begin, in floats; 0 when unknown */
    int roomy;   /* y and bias have room for whole vectors behind the last column */
} ut_rows_shape;

#if UT_LANES >= 16
#define UT_ROWS 10
#define UT_WIDE 2
#elif UT_LANES > 1
#define UT_ROWS 6
#define UT_WIDE 2
#else
#define UT_ROWS 4
#define UT_WIDE 4
#endif

/* What follows the sums of a block: width <= wide * UT_LANES columns count, what lies beyond in the vectors does not. */
static void ut_rows_finish(const ut_rows_shape *s, int rows, int wide, const float *sums, size_t width, size_t column,
                           const ut_post *post, float *y, size_t phase) {
    const ut_vector low = ut_all(s->low), high = ut_all(s->high);
    for (int v = 0; v < wide; v++) {
        const size_t n = column + (size_t)(v * UT_LANES), left = width - (size_t)(v * UT_LANES);
        const ut_vector bias = post->bias ? ut_load_some(post->bias + n, left) : ut_all(0.0f);
        const ut_vector scale = post->scale ? ut_load_some(post->scale + n, left) : ut_all(1.0f);
        const ut_vector shift = post->scale ? ut_load_some(post->shift + n, left) : ut_all(0.0f);
        const float *sum = sums + v * UT_LANES;
        float *out = y + n;
        size_t at = phase;
        for (int r = 0; r < rows; r++, sum += wide * UT_LANES) {
            ut_vector value = ut_load(sum);
            if (post->bias) value += bias;
            value = ut_less(value, low, low, value);
            value = ut_less(high, value, high, value);
            if (post->scale) value = value * scale + shift;
            if (at > 0) {
                const ut_vector best = ut_load_some(out, left);
                value = ut_less(value, best, best, value);
            }
            ut_store_some(out, value, left);
            if (++at == s->pool) at = 0, out += s->y_step;
        }
    }
}

/* Sums of a block: rows <= UT_ROWS by wide vectors of columns; always inlined, so that the sums stay in registers. */
UT_INLINE void ut_rows_block(const ut_rows_shape *s, int rows, int wide, const float *x, const float *w, size_t panel,
                             size_t ahead, const float *bias, float *y, float *done) {
    ut_vector sums[UT_ROWS][4];
    UT_UNROLL for (int r = 0; r < rows; r++)
        UT_UNROLL for (int v = 0; v < wide; v++) sums[r][v] = ut_all(0.0f);
    const size_t step = s->step, depth = s->depth;
    for (size_t i = 0; i < s->outer; i++)
        for (size_t j = 0; j < s->inner; j++) {
            const float *a = x + i * s->outer_step + j * s->inner_step;
            for (size_t k = 0; k < depth; k++, w += panel) {
                if (UT_LANES > 1 && rows >= 4) ut_soon(w + ahead, wide * UT_LANES);
                UT_UNROLL for (int r = 0; r < rows; r++)
                    UT_UNROLL for (int v = 0; v < wide; v++) sums[r][v] += ut_all(a[(size_t)r * step + k]) * ut_load(w + v * UT_LANES);
            }
        }
#if UT_LANES > 1
    if (bias) { /* what follows is a bias and bounds alone: from the registers to y */
        const ut_vector low = ut_all(s->low), high = ut_all(s->high);
        UT_UNROLL for (int v = 0; v < wide; v++) {
            const ut_vector add = ut_load(bias + v * UT_LANES);
            UT_UNROLL for (int r = 0; r < rows; r++) {
                ut_vector value = sums[r][v] + add;
                value = ut_less(value, low, low, value);
                ut_store(y + (size_t)r * s->y_step + v * UT_LANES, ut_less(high, value, high, value));
            }
        }
        return;
    }
#endif
    (void)bias, (void)y, (void)ahead;
    UT_UNROLL for (int r = 0; r < rows; r++)
        UT_UNROLL for (int v = 0; v < wide; v++) ut_store(done + (r * wide + v) * UT_LANES, sums[r][v]);
}

/* A block of each height is code of its own; on plain floats two heights are enough. */
UT_INLINE void ut_rows_sums(const ut_rows_shape *s, int rows, int wide, const float *x, const float *w, size_t panel,
                            size_t ahead, const float *bias, float *y, float *done) {
#define UT_HEIGHT(n) \
    case n: \
        ut_rows_block(s, n, wide, x, w, panel, ahead, bias, y, done); \
        break;
    switch (rows) {
        UT_HEIGHT(1)
#if UT_LANES == 1
        UT_HEIGHT(4)
#else
        UT_HEIGHT(2) UT_HEIGHT(3) UT_HEIGHT(4) UT_HEIGHT(5) UT_HEIGHT(6)
#if UT_ROWS > 6
        UT_HEIGHT(7) UT_HEIGHT(8) UT_HEIGHT(9) UT_HEIGHT(10)
#endif
#endif
    }
#undef UT_HEIGHT
}

static void ut_rows(const ut_rows_shape *s, const float *x, const float *w, ut_post post, float *y) {
    const size_t inputs = s->outer * s->inner * s->depth, blocks = (s->rows + UT_ROWS - 1) / UT_ROWS;
    float done[UT_ROWS * UT_WIDE * UT_LANES];
    for (size_t column = 0, panel; column < s->columns; column += UT_PANEL) {
        panel = s->columns - column < UT_PANEL ? s->columns - column : UT_PANEL;
        const size_t ahead = s->columns - column > UT_PANEL ? inputs * panel : s->next;
        for (size_t c = 0, width; c < panel; c += width) {
            const float *b = w + column * inputs + c, *bias = NULL;
            /* One row alone waits for its own sums: where vectors are short, more of them at once. */
            const int alone = UT_LANES > 1 && UT_LANES < 16 && s->rows == 1 && panel - c >= 4 * UT_LANES;
            const int wide = alone ? 4 : panel - c > UT_LANES * (UT_WIDE - 1) ? UT_WIDE : 1;
            width = panel - c < (size_t)wide * UT_LANES ? panel - c : (size_t)wide * UT_LANES;
            if (UT_LANES > 1 && post.bias && !post.scale && s->pool == 1 &&
                (s->roomy || width == (size_t)wide * UT_LANES))
                bias = post.bias + column + c;
            for (size_t m = 0, rows, block = 0; m < s->rows; m += rows, block++) {
                /* Blocks of nearly one height: 14 rows are 7 and 7, not 10 and 4. */
                rows = UT_LANES > 1 ? (s->rows - m + blocks - block - 1) / (blocks - block) : s->rows - m < 4 ? 1 : 4;
                const float *a = x + m * s->step;
                float *out = y + m / s->pool * s->y_step;
                if (alone) ut_rows_block(s, 1, 4, a, b, panel, ahead, bias, out + column + c, done);
                else if (wide > 1) ut_rows_sums(s, (int)rows, UT_WIDE, a, b, panel, ahead, bias, out + column + c, done);
                else ut_rows_sums(s, (int)rows, 1, a, b, panel, ahead, bias, out + column + c, done);
                if (!bias) ut_rows_finish(s, (int)rows, wide, done, width, column + c, &post, out, m % s->pool);
            }
        }
    }
}
