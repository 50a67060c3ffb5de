/* winograd: a convolution by minimal filtering. `tile` outputs in a row of `taps` weights each come from
 * points = tile + taps - 1 products, not tile * taps:
 *
 *     v[p] = inputs[p] . d                 the inputs of a tile, once for all columns
 *     m[p] = sum over channels, parts and lines of v[p] * w[p]      ut_rows, one matrix a point
 *     y[t] = post(outputs[t] . m)          and, when pool > 1, the largest of each `pool` outputs in a row
 *
 * A tile lies along the last axis of places; a kernel longer than `taps` is parts of so many, whose tiles are those
 * further on. Along the other axis a kernel's lines are summed as ut_rows does. Outside of the input all is zero.
 */
#define UT_POINTS 7
typedef struct {
    size_t channels, columns, points, tile;
    size_t lines, places;         /* of the input */
    size_t lines_above, before;   /* zeros above its lines and before its places */
    size_t all_lines, all_tiles;  /* of the transformed input, zeros included */
    size_t out_lines, out_places; /* of the output, before the pool */
    size_t tiles, pool;           /* of a line of the output */
    const float *inputs, *outputs;
    ut_rows_shape rows;
    float low, high;
} ut_winograd_shape;

/* Where a vector of `all` begins whose turn is c: the last one lies back over the one before it, so that it is whole. */
UT_INLINE size_t ut_whole(size_t c, size_t all) {
    return all >= UT_LANES && c + UT_LANES > all ? all - UT_LANES : c;
}

/* One tile of one line: v[p] of all channels; `skip` of its inputs come before the line, those from `end` on behind. */
UT_INLINE void ut_winograd_tile(const ut_winograd_shape *s, size_t points, const float *x, size_t skip, size_t end, float *v) {
    const size_t apart = s->all_lines * s->all_tiles * s->channels;
    for (size_t turn = 0; turn < s->channels; turn += UT_LANES) {
        const size_t c = ut_whole(turn, s->channels), left = s->channels - c;
        ut_vector d[UT_POINTS];
        UT_UNROLL for (size_t i = 0; i < points; i++)
            d[i] = i < skip || i >= end ? ut_all(0.0f) : ut_load_some(x + (i - skip) * s->channels + c, left);
        UT_UNROLL for (size_t p = 0; p < points; p++) {
            ut_vector sum = ut_all(s->inputs[p * points]) * d[0];
            UT_UNROLL for (size_t i = 1; i < points; i++) sum += ut_all(s->inputs[p * points + i]) * d[i];
            ut_store_some(v + p * apart + c, sum, left);
        }
    }
}

UT_INLINE void ut_winograd_inputs(const ut_winograd_shape *s, size_t points, const float *x, float *v) {
    for (size_t line = 0; line < s->all_lines; line++)
        for (size_t t = 0; t < s->all_tiles; t++, v += s->channels) {
            const size_t first = t * s->tile, skip = first < s->before ? s->before - first : 0;
            const size_t at = first + skip - s->before, last = s->places + s->before;
            const int above = line < s->lines_above || line >= s->lines + s->lines_above;
            const size_t end = above || first >= last ? 0 : last - first < points ? last - first : points;
            const float *const from = end ? x + ((line - s->lines_above) * s->places + at) * s->channels : x;
            if (!skip && end == points) ut_winograd_tile(s, points, from, 0, points, v);
            else ut_winograd_tile(s, points, from, skip, end, v);
        }
}

/* The outputs of all tiles in a panel of columns; m[p] is UT_PANEL floats a tile. */
UT_INLINE void ut_winograd_outputs(const ut_winograd_shape *s, size_t points, size_t column, size_t panel, const float *m,
                                  const ut_post *post, float *y) {
    const ut_vector low = ut_all(s->low), high = ut_all(s->high);
    const size_t apart = s->out_lines * s->tiles * UT_PANEL;
    for (size_t turn = 0; turn < panel; turn += UT_LANES) {
        const size_t c = ut_whole(turn, panel), n = column + c, left = panel - c;
        const ut_vector bias = post->bias ? ut_load_some(post->bias + n, left) : ut_all(0.0f);
        const ut_vector scale = post->scale ? ut_load_some(post->scale + n, left) : ut_all(1.0f);
        const ut_vector shift = post->scale ? ut_load_some(post->shift + n, left) : ut_all(0.0f);
        float *out = y + n;
        for (size_t line = 0; line < s->out_lines; line++)
            for (size_t t = 0, place = 0, phase = 0; t < s->tiles; t++) {
                const float *const sums = m + (line * s->tiles + t) * UT_PANEL + c;
                ut_vector d[UT_POINTS];
                UT_UNROLL for (size_t p = 0; p < points; p++) d[p] = ut_load_some(sums + p * apart, left);
                for (size_t i = 0; i < s->tile && place < s->out_places; i++, place++) {
                    ut_vector value = bias;
                    UT_UNROLL for (size_t p = 0; p < points; p++) value += ut_all(s->outputs[i * points + p]) * d[p];
                    value = ut_less(value, low, low, value);
                    value = ut_less(high, value, high, value);
                    if (post->scale) value = value * scale + shift;
                    if (phase > 0) {
                        const ut_vector best = ut_load_some(out, left);
                        value = ut_less(value, best, best, value);
                    }
                    ut_store_some(out, value, left);
                    if (++phase == s->pool) phase = 0, out += s->columns;
                }
            }
    }
}

/* scratch: the transformed input, then a panel's products. */
static void ut_winograd(const ut_winograd_shape *s, const float *x, const float *w, ut_post post, float *y, float *scratch) {
    const size_t taken = s->all_lines * s->all_tiles * s->channels;
    const size_t depth = s->rows.outer * s->rows.inner * s->rows.depth, made = s->out_lines * s->tiles;
    float *const m = scratch + s->points * taken;
    static const float none[UT_PANEL];
    const ut_post plain = {none, NULL, NULL};
    ut_rows_shape rows = s->rows;
    rows.y_step = UT_PANEL, rows.roomy = 1;
#define UT_WINOGRAD(step) \
    switch (s->points) { \
        case 3: step(3) break; \
        case 4: step(4) break; \
        case 5: step(5) break; \
        case 6: step(6) break; \
        case 7: step(7) break; \
    }
#define UT_STEP(n) ut_winograd_inputs(s, n, x, scratch);
    UT_WINOGRAD(UT_STEP)
#undef UT_STEP
    for (size_t column = 0, panel; column < s->columns; column += panel) {
        panel = s->columns - column < UT_PANEL ? s->columns - column : UT_PANEL;
        rows.columns = panel;
        rows.next = depth * panel;
        for (size_t p = 0; p < s->points; p++, w += depth * panel) {
            if (p + 1 == s->points && column + panel == s->columns) rows.next = 0;
            ut_rows(&rows, scratch + p * taken, w, plain, m + p * made * UT_PANEL);
        }
#define UT_STEP(n) ut_winograd_outputs(s, n, column, panel, m, &post, y);
        UT_WINOGRAD(UT_STEP)
#undef UT_STEP
    }
#undef UT_WINOGRAD
}
