/* depthwise: a convolution of each channel with a small window of its own, over two axes, channels side by side.
 *
 *     y[p][q][c] = post(sum over i, j of x[p*stride[0] - before[0] + i*apart[0]][q*stride[1] - ...][c] * w[i][j][c])
 *
 * What lies outside of x counts as zero and is never read, so no padded copy is made: windows over the edge have fewer
 * taps. Axis 1 is the one along which outputs are taken in blocks: those from `inner` to `inner_end` have all of their
 * taps along it. Which axis of the data that is, x_next, y_next and w_next say: floats from one step to the next. Sums
 * run over the axis `outer`, and inside of it over the other: in the order of w, whichever axis has the blocks.
 */
typedef struct {
    size_t channels, size[2], out[2], taps[2], stride[2], apart[2], before[2], x_next[2], y_next[2], w_next[2], inner,
        inner_end, outer;
    float low, high;
} ut_depthwise_shape;

/* What a block reads: its first x and w, and how many taps of each axis lie inside. */
typedef struct {
    const float *x, *w;
    size_t taps[2];
} ut_taps;

#if UT_LANES > 1
#define UT_BESIDE 8
#define UT_LINES 3
#else
#define UT_BESIDE 2
#endif

/* What follows a sum, and the writing of it. */
UT_INLINE void ut_depthwise_finish(const ut_depthwise_shape *s, ut_vector value, size_t c, size_t left,
                                   const ut_post *post, float *y) {
    const ut_vector low = ut_all(s->low), high = ut_all(s->high);
    if (post->bias) value += ut_load_some(post->bias + c, left);
    value = ut_less(value, low, low, value);
    value = ut_less(high, value, high, value);
    if (post->scale) value = value * ut_load_some(post->scale + c, left) + ut_load_some(post->shift + c, left);
    ut_store_some(y + c, value, left);
}

/* `beside` neighbours along axis 1, `left` channels of one vector. */
UT_INLINE void ut_depthwise_block(const ut_depthwise_shape *s, int beside, const ut_taps *t, size_t c, size_t left,
                                  const ut_post *post, float *y) {
    ut_vector sums[UT_BESIDE];
    const size_t a = s->outer, b = 1 - a, step = s->stride[1] * s->x_next[1];
    const size_t x_tap = s->apart[b] * s->x_next[b], w_tap = s->w_next[b];
    UT_UNROLL for (int r = 0; r < beside; r++) sums[r] = ut_all(0.0f);
    for (size_t i = 0; i < t->taps[a]; i++) {
        const float *x = t->x + i * s->apart[a] * s->x_next[a] + c, *w = t->w + i * s->w_next[a] + c;
        for (size_t j = 0; j < t->taps[b]; j++, x += x_tap, w += w_tap) {
            const ut_vector tap = ut_load_some(w, left);
            UT_UNROLL for (int r = 0; r < beside; r++) sums[r] += ut_load_some(x + (size_t)r * step, left) * tap;
        }
    }
    UT_UNROLL for (int r = 0; r < beside; r++)
        ut_depthwise_finish(s, sums[r], c, left, post, y + (size_t)r * s->y_next[1]);
}

/* All channels of a run of neighbours; the last vector of channels begins early rather than be a part of one. */
UT_INLINE void ut_depthwise_run(const ut_depthwise_shape *s, int beside, const ut_taps *t, const ut_post *post,
                                float *y) {
    if (UT_LANES > 1 && s->channels < UT_LANES) {
        ut_depthwise_block(s, beside, t, 0, s->channels, post, y);
        return;
    }
    for (size_t c = 0; c < s->channels; c += UT_LANES)
        ut_depthwise_block(s, beside, t, c + UT_LANES <= s->channels ? c : s->channels - UT_LANES, UT_LANES, post, y);
}

#if UT_LANES > 1
/* 3 by 3 taps, one step apart, sums over axis 1 outside: runs of `count` neighbours that share what they read, `lines` runs
 * that lie beside each other along axis 0. Three sums of each are under way at a time, and each takes its taps in the
 * order of w; `wide` vectors of channels. */
UT_INLINE void ut_depthwise_slide(const ut_depthwise_shape *s, int lines, int wide, size_t count, const ut_taps *t,
                                  size_t c, const ut_post *post, float *y) {
    const size_t step = s->x_next[1], across = s->x_next[0];
    ut_vector w[2][3][3], young[2][UT_LINES], old[2][UT_LINES];
    UT_UNROLL for (int v = 0; v < wide; v++)
        UT_UNROLL for (int i = 0; i < 3; i++)
            UT_UNROLL for (int j = 0; j < 3; j++)
                w[v][i][j] = ut_load(t->w + (size_t)i * s->w_next[1] + (size_t)j * s->w_next[0] + c + v * UT_LANES);
    UT_UNROLL for (int v = 0; v < wide; v++)
        UT_UNROLL for (int p = 0; p < lines; p++) young[v][p] = old[v][p] = ut_all(0.0f);
    const float *x = t->x + c;
    for (size_t r = 0; r < count + 2; r++, x += step) {
        UT_UNROLL for (int v = 0; v < wide; v++) {
            ut_vector begun[UT_LINES], middle[UT_LINES], done[UT_LINES];
            UT_UNROLL for (int p = 0; p < lines; p++)
                begun[p] = ut_all(0.0f), middle[p] = young[v][p], done[p] = old[v][p];
            UT_UNROLL for (int k = 0; k < lines + 2; k++) {
                const ut_vector value = ut_load(x + (size_t)k * across + v * UT_LANES);
                UT_UNROLL for (int p = 0; p < lines; p++) {
                    const int j = k - p;
                    if (j < 0 || j > 2) continue;
                    begun[p] += value * w[v][0][j];
                    middle[p] += value * w[v][1][j];
                    done[p] += value * w[v][2][j];
                }
            }
            UT_UNROLL for (int p = 0; p < lines; p++) {
                if (r >= 2)
                    ut_depthwise_finish(s, done[p], c + (size_t)v * UT_LANES, UT_LANES, post,
                                        y + (size_t)p * s->y_next[0] + (r - 2) * s->y_next[1]);
                young[v][p] = begun[p];
                old[v][p] = middle[p];
            }
        }
    }
}

/* All channels of such a run, or of UT_LINES where as many lie inside; says of how many. */
static size_t ut_depthwise_slides(const ut_depthwise_shape *s, size_t line, size_t count, const ut_taps *t,
                                  const ut_post *post, float *y) {
    const size_t end = line + UT_LINES;
    if (s->stride[0] == 1 && end <= s->out[0] && end + 1 < s->size[0] + s->before[0]) {
        for (size_t c = 0; c < s->channels; c += UT_LANES) ut_depthwise_slide(s, UT_LINES, 1, count, t, c, post, y);
        return UT_LINES;
    }
    for (size_t c = 0; c < s->channels; c += 2 * UT_LANES) ut_depthwise_slide(s, 1, 2, count, t, c, post, y);
    return 1;
}

static int ut_slides(const ut_depthwise_shape *s, const ut_taps *t, size_t left) {
    return left > 2 && s->outer == 1 && t->taps[0] == 3 && t->taps[1] == 3 && s->stride[1] == 1 && s->apart[0] == 1 &&
           s->apart[1] == 1 && s->channels % (2 * UT_LANES) == 0;
}
#endif

/* Find the taps along one axis that lie inside for output `at`; move x and w to the first of them. */
static void ut_taps_inside(const ut_depthwise_shape *s, int axis, size_t at, ut_taps *t) {
    const size_t apart = s->apart[axis], begin = at * s->stride[axis], before = s->before[axis];
    const size_t first = begin < before ? (before - begin + apart - 1) / apart : 0;
    const size_t room = s->size[axis] + before > begin ? (s->size[axis] + before - begin + apart - 1) / apart : 0;
    const size_t end = room < s->taps[axis] ? room : s->taps[axis];
    t->taps[axis] = end > first ? end - first : 0;
    if (t->taps[axis] == 0) return;
    t->x += (begin + first * apart - before) * s->x_next[axis];
    t->w += first * s->w_next[axis];
}

static void ut_depthwise(const ut_depthwise_shape *s, const float *x, const float *w, ut_post post, float *y) {
#if UT_LANES > 1
    size_t slid = 0; /* below it, what slides is done */
#endif
    for (size_t p = 0; p < s->out[0]; p++) {
        ut_taps row = {x, w, {0, 0}};
        ut_taps_inside(s, 0, p, &row);
        for (size_t q = 0, count; q < s->out[1]; q += count) {
            ut_taps t = row;
            ut_taps_inside(s, 1, q, &t);
            float *to = y + p * s->y_next[0] + q * s->y_next[1];
            /* Blocks of nearly one length: 18 neighbours are 6, 6 and 6, not 8, 8 and 2. */
            const size_t left = q >= s->inner && q < s->inner_end ? s->inner_end - q : 1;
#if UT_LANES > 1
            if (ut_slides(s, &t, left)) {
                if (p >= slid) slid = p + ut_depthwise_slides(s, p, left, &t, &post, to);
                count = left;
                continue;
            }
#endif
            const size_t blocks = (left + UT_BESIDE - 1) / UT_BESIDE;
            count = (left + blocks - 1) / blocks;
#define UT_LENGTH(n) \
    case n: \
        ut_depthwise_run(s, n, &t, &post, to); \
        break;
            switch (count) {
                UT_LENGTH(1) UT_LENGTH(2)
#if UT_LANES > 1
                UT_LENGTH(3) UT_LENGTH(4) UT_LENGTH(5) UT_LENGTH(6) UT_LENGTH(7) UT_LENGTH(8)
#endif
            }
#undef UT_LENGTH
        }
    }
}
