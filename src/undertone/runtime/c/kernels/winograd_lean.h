/* winograd_lean: `ut_winograd` along one axis in little memory: a group of columns, a few tiles and a block of channels at
 * a time. For each group, for every `at_once` tiles:
 *
 *     for each block of channels        v[p] = inputs[p] . d               of the block
 *                                       m[p] += v[p] * w[p]                over the block and the kernel's parts
 *     y[t] = post(outputs[t] . m)
 *
 * A group's weights are as many as the second cache holds, and are read again for the next tiles; v is transformed again
 * for each group. w has for each group its blocks, for each block its points, for each point the group's panels, for each
 * panel the kernel's parts and their rows.
 *
 * The input may be what another convolution gives, of so few products that they are computed again for each group and
 * never written: d comes from `ut_first` then, and x is that convolution's input.
 */
typedef struct {
    size_t depth, step, columns; /* a place is the sum of `depth` floats from x[place * step] on, by rows of w */
    float low, high;
    const float *w;
    ut_post post;
} ut_first;

typedef struct {
    ut_winograd_shape of;
    size_t parts, apart; /* of the kernel; by how many tiles they lie apart */
    size_t at_once, block, group;
} ut_lean_shape;

/* d: n values of a vector of channels from channel c on; x is where the first of them begins. */
UT_INLINE void ut_lean_values(const ut_lean_shape *s, const ut_first *first, const float *x, size_t n, size_t c, size_t left,
                              ut_vector *d) {
    if (!first) {
        UT_UNROLL for (size_t i = 0; i < n; i++) d[i] = ut_load_some(x + i * s->of.channels + c, left);
        return;
    }
    UT_UNROLL for (size_t i = 0; i < n; i++) d[i] = ut_all(0.0f);
    for (size_t k = 0; k < first->depth; k++) {
        const ut_vector w = ut_load_some(first->w + k * first->columns + c, left);
        UT_UNROLL for (size_t i = 0; i < n; i++) d[i] += ut_all(x[i * first->step + k]) * w;
    }
    const ut_vector low = ut_all(first->low), high = ut_all(first->high);
    const ut_vector bias = first->post.bias ? ut_load_some(first->post.bias + c, left) : ut_all(0.0f);
    const ut_vector scale = first->post.scale ? ut_load_some(first->post.scale + c, left) : ut_all(1.0f);
    const ut_vector shift = first->post.scale ? ut_load_some(first->post.shift + c, left) : ut_all(0.0f);
    UT_UNROLL for (size_t i = 0; i < n; i++) {
        ut_vector value = d[i] + bias;
        value = ut_less(value, low, low, value);
        value = ut_less(high, value, high, value);
        if (first->post.scale) value = value * scale + shift;
        d[i] = value;
    }
}

/* The same from place `at` of the padded input on; zero where there is padding. */
UT_INLINE void ut_lean_places(const ut_lean_shape *s, const ut_first *first, const float *x, size_t at, size_t n, size_t c,
                              size_t left, ut_vector *d) {
    const size_t step = first ? first->step : s->of.channels, before = s->of.before, last = s->of.places + before;
    if (at >= before && at + n <= last) {
        ut_lean_values(s, first, x + (at - before) * step, n, c, left, d);
        return;
    }
    UT_UNROLL for (size_t i = 0; i < n; i++) {
        const size_t place = at + i;
        if (place >= before && place < last) ut_lean_values(s, first, x + (place - before) * step, 1, c, left, d + i);
        else d[i] = ut_all(0.0f);
    }
}

/* v[p] of a few tiles and a vector of channels from channel c on. Tiles share all inputs but `tile`. Only the first point
 * sees the first input, only the last point sees the last: the numbers are 0 and infinity. */
UT_INLINE void ut_lean_vector(const ut_lean_shape *s, size_t points, size_t tile, const ut_first *first, const float *x,
                              size_t from, size_t tiles, size_t c, size_t left, size_t block, float *v) {
    const size_t shared = points - tile, apart = tiles * block;
    ut_vector d[UT_POINTS];
    ut_lean_places(s, first, x, from * tile, shared, c, left, d + tile);
    for (size_t t = 0; t < tiles; t++, v += block) {
        UT_UNROLL for (size_t i = 0; i < shared; i++) d[i] = d[i + tile];
        ut_lean_places(s, first, x, (from + t) * tile + shared, tile, c, left, d + shared);
        UT_UNROLL for (size_t p = 0; p < points; p++) {
            const size_t i0 = p > 0, end = p + 1 < points ? points - 1 : points;
            ut_vector sum = ut_all(s->of.inputs[p * points + i0]) * d[i0];
            UT_UNROLL for (size_t i = i0 + 1; i < end; i++) sum += ut_all(s->of.inputs[p * points + i]) * d[i];
            ut_store_some(v + p * apart, sum, left);
        }
    }
}

/* The same of a block of channels, from channel `begin` on. */
UT_INLINE void ut_lean_inputs(const ut_lean_shape *s, size_t points, size_t tile, const ut_first *first, const float *x,
                              size_t from, size_t tiles, size_t begin, size_t block, float *v) {
    for (size_t turn = 0; turn < block; turn += UT_LANES) {
        const size_t at = ut_whole(turn, block), left = block - at;
        if (left >= UT_LANES) ut_lean_vector(s, points, tile, first, x, from, tiles, begin + at, UT_LANES, block, v + at);
        else ut_lean_vector(s, points, tile, first, x, from, tiles, begin + at, left, block, v + at);
    }
}

/* m += v * w for a few tiles: always inlined, so that the sums stay in registers; `begin` says that m holds nothing yet. */
UT_INLINE void ut_lean_block(int rows, int wide, const float *x, size_t parts, size_t part_step, size_t step, const float *w,
                             size_t panel, size_t ahead, int begin, float *m) {
    ut_vector sums[UT_ROWS][UT_WIDE];
    UT_UNROLL for (int r = 0; r < rows; r++)
        UT_UNROLL for (int v = 0; v < wide; v++) sums[r][v] = begin ? ut_all(0.0f) : ut_load(m + r * UT_PANEL + v * UT_LANES);
    for (size_t j = 0; j < parts; j++, x += part_step)
        for (size_t k = 0; k < step; k++, w += panel) {
            if (UT_LANES > 1) ut_soon(w + ahead, wide * UT_LANES);
            UT_UNROLL for (int r = 0; r < rows; r++)
                UT_UNROLL for (int v = 0; v < wide; v++) sums[r][v] += ut_all(x[(size_t)r * step + k]) * ut_load(w + v * UT_LANES);
        }
    UT_UNROLL for (int r = 0; r < rows; r++)
        UT_UNROLL for (int v = 0; v < wide; v++) ut_store(m + r * UT_PANEL + v * UT_LANES, sums[r][v]);
}

UT_INLINE void ut_lean_height(int rows, int wide, const float *x, size_t parts, size_t part_step, size_t step, const float *w,
                              size_t panel, size_t ahead, int begin, float *m) {
#define UT_HEIGHT(n) \
    case n: ut_lean_block(n, wide, x, parts, part_step, step, w, panel, ahead, begin, m); break;
    switch (rows) {
        UT_HEIGHT(1) UT_HEIGHT(2) UT_HEIGHT(3) UT_HEIGHT(4)
#if UT_ROWS > 4
        UT_HEIGHT(5) UT_HEIGHT(6)
#endif
#if UT_ROWS > 6
        UT_HEIGHT(7) UT_HEIGHT(8) UT_HEIGHT(9) UT_HEIGHT(10)
#endif
    }
#undef UT_HEIGHT
}

/* One point, one panel: all tiles, so many at a time. */
static void ut_lean_sums(size_t tiles, size_t height, const float *v, size_t parts, size_t part_step, size_t step, const float *w, size_t panel,
                         size_t ahead, int begin, float *m) {
    for (size_t c = 0, width; c < panel; c += width) {
        const int wide = panel - c > UT_LANES * (UT_WIDE - 1) ? UT_WIDE : 1;
        width = (size_t)wide * UT_LANES;
        for (size_t t = 0, rows; t < tiles; t += rows) {
            rows = tiles - t < height ? tiles - t : height;
            const float *const a = v + t * step;
            float *const sums = m + t * UT_PANEL + c;
            if (wide > 1) ut_lean_height((int)rows, UT_WIDE, a, parts, part_step, step, w + c, panel, ahead, begin, sums);
            else ut_lean_height((int)rows, 1, a, parts, part_step, step, w + c, panel, ahead, begin, sums);
        }
    }
}

/* scratch: a group's products of `at_once` tiles, then the transformed block. Points and tile are literals where it is
 * called, so that a tile's numbers stay in registers. */
UT_INLINE void ut_winograd_lean(const ut_lean_shape *s, size_t points, size_t tile, const ut_first *first, const float *x,
                                const float *w, ut_post post, float *y, float *scratch) {
    const size_t panels = (s->group + UT_PANEL - 1) / UT_PANEL;
    const size_t more = (s->parts - 1) * s->apart; /* tiles of inputs that the last parts need behind the outputs' */
    float *const v = scratch + panels * points * s->at_once * UT_PANEL;
    ut_winograd_shape now = s->of;
    for (size_t column = 0, group; column < s->of.columns; column += group) {
        group = s->of.columns - column < s->group ? s->of.columns - column : s->group;
        for (size_t done = 0; done < s->of.tiles; done += s->at_once) {
            const size_t left = s->of.tiles - done, tiles = left < s->at_once ? left : s->at_once;
            const size_t place = done * tile, places = s->of.out_places - place;
            const size_t heights = (tiles + UT_ROWS - 1) / UT_ROWS, height = (tiles + heights - 1) / heights;
            const float *b = w;
            for (size_t c = 0, block; c < s->of.channels; c += block) {
                block = s->of.channels - c < s->block ? s->of.channels - c : s->block;
                ut_lean_inputs(s, points, tile, first, x, done, tiles + more, c, block, v);
                /* Weights are fetched two points ahead, but never from behind their end. */
                const int last = column + group == s->of.columns && s->of.channels - c < 2 * block;
                for (size_t p = 0; p < points; p++)
                    for (size_t n = 0, panel; n < group; n += panel, b += s->parts * block * panel) {
                        panel = group - n < UT_PANEL ? group - n : UT_PANEL;
                        float *const m = scratch + (n / UT_PANEL * points + p) * tiles * UT_PANEL;
                        ut_lean_sums(tiles, height, v + p * (tiles + more) * block, s->parts, s->apart * block, block, b, panel,
                                     last ? 0 : 2 * s->parts * block * panel, !c, m);
                    }
            }
            now.tiles = tiles;
            now.out_places = places < tiles * tile ? places : tiles * tile;
            for (size_t n = 0, panel; n < group; n += panel) {
                panel = group - n < UT_PANEL ? group - n : UT_PANEL;
                const float *const m = scratch + n / UT_PANEL * points * tiles * UT_PANEL;
                ut_winograd_outputs(&now, points, column + n, panel, m, &post, y + place / s->of.pool * s->of.columns);
            }
        }
        w += points * s->parts * s->of.channels * group;
    }
}
