/* rows: a matrix product whose left rows may overlap, and what follows it.
 *
 *     y[m][n] = post(sum over i, j, k of x[m*step + i*outer_step + j*inner_step + k] * w[i][j][k][n])
 *     post(v) = clamp(v + bias[n], low, high) * scale[n] + shift[n]      (scale and shift may be NULL)
 *
 * and, when pool > 1, the largest of each `pool` rows in a row. In a zero-padded channel-last buffer the inputs of one
 * output step of a convolution lie side by side and those of the next step begin step floats on: no copy is made.
 *
 * w is packed by UT_PANEL columns: for each panel all its rows, each row its columns side by side; the last panel is as
 * narrow as the columns that are left. Each sum runs in the order i, j, k whatever the blocking, so every width of
 * vector gives the same bits as plain C does, given the same contraction of multiply and add.
 */
#define UT_PANEL 32

typedef struct {
    size_t rows, columns, step, outer, outer_step, inner, inner_step, depth, y_step, pool;
    float low, high;
} ut_rows_shape;

typedef struct {
    const float *bias, *scale, *shift;
} ut_post;

#if UT_LANES >= 16
#define UT_ROWS 8
#define UT_WIDE 2
#elif UT_LANES > 1
#define UT_ROWS 4
#define UT_WIDE 2
#else
#define UT_ROWS 4
#define UT_WIDE 4
#endif

/* Sums of a block: rows <= UT_ROWS by wide vectors of columns; always inlined, so that the sums stay in registers. */
UT_INLINE void ut_rows_block(const ut_rows_shape *s, int rows, int wide, const float *x, const float *w, size_t panel,
                             size_t column, const ut_post *post, float *y, size_t phase) {
    ut_vector sums[UT_ROWS][UT_WIDE];
    for (int r = 0; r < rows; r++)
        for (int v = 0; v < wide; v++) sums[r][v] = ut_all(0.0f);
    const size_t step = s->step, depth = s->depth;
    for (size_t i = 0; i < s->outer; i++)
        for (size_t j = 0; j < s->inner; j++) {
            const float *a = x + i * s->outer_step + j * s->inner_step;
            for (size_t k = 0; k < depth; k++, w += panel)
                for (int r = 0; r < rows; r++)
                    for (int v = 0; v < wide; v++) sums[r][v] += ut_all(a[(size_t)r * step + k]) * ut_load(w + v * UT_LANES);
        }
    /* What follows may be left a loop by the compiler; only the copy is indexed by it, and the sums stay in registers. */
    ut_vector done[UT_ROWS][UT_WIDE];
    for (int r = 0; r < rows; r++)
        for (int v = 0; v < wide; v++) done[r][v] = sums[r][v];
    const ut_vector low = ut_all(s->low), high = ut_all(s->high);
    for (int r = 0; r < rows; r++) {
        for (int v = 0; v < wide; v++) {
            const size_t n = column + (size_t)(v * UT_LANES);
            ut_vector out = done[r][v];
            if (post->bias) out += ut_load(post->bias + n);
            out = ut_less(out, low, low, out);
            out = ut_less(high, out, high, out);
            if (post->scale) out = out * ut_load(post->scale + n) + ut_load(post->shift + n);
            if (phase > 0) {
                const ut_vector best = ut_load(y + n);
                out = ut_less(out, best, best, out);
            }
            ut_store(y + n, out);
        }
        if (++phase == s->pool) phase = 0, y += s->y_step;
    }
}

/* Columns that fill no vector: the same sums one by one. */
static void ut_rows_tail(const ut_rows_shape *s, size_t row, const float *x, const float *w, size_t panel, size_t width,
                         size_t column, const ut_post *post, float *y) {
    for (size_t c = 0; c < width; c++) {
        const size_t n = column + c;
        float sum = 0.0f;
        const float *b = w + c;
        for (size_t i = 0; i < s->outer; i++)
            for (size_t j = 0; j < s->inner; j++)
                for (size_t k = 0; k < s->depth; k++, b += panel)
                    sum += x[i * s->outer_step + j * s->inner_step + k] * *b;
        if (post->bias) sum += post->bias[n];
        sum = sum < s->low ? s->low : sum;
        sum = sum > s->high ? s->high : sum;
        if (post->scale) sum = sum * post->scale[n] + post->shift[n];
        y[n] = row % s->pool > 0 && sum < y[n] ? y[n] : sum;
    }
}

static void ut_rows(const ut_rows_shape *s, const float *x, const float *w, ut_post post, float *y) {
    const size_t inputs = s->outer * s->inner * s->depth;
    for (size_t column = 0; column < s->columns; column += UT_PANEL) {
        const size_t panel = s->columns - column < UT_PANEL ? s->columns - column : UT_PANEL;
        const float *b = w + column * inputs;
        size_t c = 0;
        for (; c + UT_WIDE * UT_LANES <= panel; c += UT_WIDE * UT_LANES) {
            size_t m = 0;
            for (; m + UT_ROWS <= s->rows; m += UT_ROWS)
                ut_rows_block(s, UT_ROWS, UT_WIDE, x + m * s->step, b + c, panel, column + c, &post,
                              y + m / s->pool * s->y_step, m % s->pool);
            for (; m < s->rows; m++)
                ut_rows_block(s, 1, UT_WIDE, x + m * s->step, b + c, panel, column + c, &post,
                              y + m / s->pool * s->y_step, m % s->pool);
        }
        for (; c + UT_LANES <= panel; c += UT_LANES)
            for (size_t m = 0; m < s->rows; m++)
                ut_rows_block(s, 1, 1, x + m * s->step, b + c, panel, column + c, &post, y + m / s->pool * s->y_step,
                              m % s->pool);
        if (c < panel)
            for (size_t m = 0; m < s->rows; m++)
                ut_rows_tail(s, m, x + m * s->step, b + c, panel, panel - c, column + c, &post,
                             y + m / s->pool * s->y_step);
    }
}
