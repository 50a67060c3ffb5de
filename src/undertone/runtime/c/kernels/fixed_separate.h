/* fixed_separate: fixed_rows where each column of x meets only its own column of w (rows of `columns` signed bytes, not
 * packed). Columns are taken 16 at a time, so that a compiler can keep their sums in registers. */
static void ut_fixed_separate(const ut_fixed_shape *s, const uint8_t *x, const int8_t *w, ut_rescale r, void *y) {
    const size_t rows = s->rows, step = s->step, width = s->columns;
    for (size_t row = 0; row < rows; row++)
        for (size_t first = 0; first < width; first += 16) {
            const size_t count = width - first < 16 ? width - first : 16;
            int32_t sums[16] = {0};
            for (size_t o = 0; o < s->outer; o++)
                for (size_t j = 0; j < s->inner; j++) {
                    const uint8_t *const a = x + row * step + o * s->outer_step + j * s->inner_step + first;
                    const int8_t *const b = w + (o * s->inner + j) * width + first;
                    if (count == 16)
                        for (size_t c = 0; c < 16; c++) sums[c] += a[c] * b[c];
                    else
                        for (size_t c = 0; c < count; c++) sums[c] += a[c] * b[c];
                }
            ut_fixed_write(s, sums, first, count, &r, row % s->pool > 0, row / s->pool * s->y_step, y);
        }
}
