/* post: what products do to each sum before they write it.
 *
 *     post(v) = clamp(v + bias[n], low, high) * scale[n] + shift[n]      (bias, scale and shift may be NULL)
 */
typedef struct {
    const float *bias, *scale, *shift;
} ut_post;
