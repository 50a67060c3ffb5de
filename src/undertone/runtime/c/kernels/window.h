/* window: the last rows of a tensor, which a rolled layer reads. A step slides the window on by its fresh rows; rows
 * outside of the tensor are made of one byte, as the layer's padding is. */
typedef struct {
    ptrdiff_t size;  /* rows of the whole tensor */
    ptrdiff_t rows;  /* rows of the window */
    ptrdiff_t fresh; /* how many of them, the last, come new in each step */
    ptrdiff_t ahead; /* which row is the first fresh one of step 0 */
    ptrdiff_t bytes; /* bytes of a row */
    int blank;
} ut_window;

/* Makes room for a step's fresh rows; says whether any of them lies inside the tensor. */
static inline int ut_slide(const ut_window *w, void *rows, ptrdiff_t step) {
    const ptrdiff_t first = w->ahead + step * w->fresh, kept = w->rows - w->fresh;
    memmove(rows, (unsigned char *)rows + w->fresh * w->bytes, (size_t)(kept * w->bytes));
    return first < w->size && first + w->fresh > 0;
}

/* Blanks the fresh rows that lie outside of the tensor. */
static inline void ut_blank(const ut_window *w, void *rows, ptrdiff_t step) {
    const ptrdiff_t first = w->ahead + step * w->fresh;
    unsigned char *const fresh = (unsigned char *)rows + (w->rows - w->fresh) * w->bytes;
    const ptrdiff_t before = first < 0 ? -first : 0, after = w->size - first;
    const ptrdiff_t lead = before < w->fresh ? before : w->fresh, end = after > 0 ? after : 0;
    memset(fresh, w->blank, (size_t)(lead * w->bytes));
    if (end < w->fresh) memset(fresh + end * w->bytes, w->blank, (size_t)((w->fresh - end) * w->bytes));
}

/* Takes a step's fresh rows from the whole tensor. */
static inline void ut_take(const ut_window *w, void *rows, const void *tensor, ptrdiff_t step) {
    const ptrdiff_t first = w->ahead + step * w->fresh;
    const ptrdiff_t begin = first > 0 ? first : 0, end = first + w->fresh < w->size ? first + w->fresh : w->size;
    unsigned char *const fresh = (unsigned char *)rows + (w->rows - w->fresh) * w->bytes;
    if (ut_slide(w, rows, step))
        memcpy(fresh + (begin - first) * w->bytes, (const unsigned char *)tensor + begin * w->bytes,
               (size_t)((end - begin) * w->bytes));
    ut_blank(w, rows, step);
}
