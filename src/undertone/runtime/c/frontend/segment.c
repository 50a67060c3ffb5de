/* segment.c: which stretches of a clip are judged one by one. */
#include "settings.h"

static size_t seconds(const ut_settings *settings, double duration) {
    return (size_t)(duration * (double)ut_rate(settings) + 0.5);
}

/* Grid: a rest shorter than half a segment joins the last whole one; a longer one stands alone. */
size_t ut_segment_count(const ut_settings *settings, size_t count) {
    if (!ut_settings_valid(settings) || count == 0) return 0;
    if (settings->segmentation == UT_WHOLE) return 1;
    if (settings->segmentation == UT_ARTICLE_WINDOW) return count > seconds(settings, 0.6) ? 1 : 0;
    size_t length = seconds(settings, (double)settings->segment_s);
    size_t segments = count / length + (count % length >= length - length / 2 ? 1 : 0);
    return segments ? segments : 1;
}

size_t ut_segment_longest(const ut_settings *settings) {
    if (settings->segmentation == UT_ARTICLE_WINDOW) return seconds(settings, 3.1) - seconds(settings, 0.6);
    size_t length = seconds(settings, (double)settings->segment_s);
    return length + (length - length / 2) - 1;
}

void ut_segment(const ut_settings *settings, size_t count, size_t i, size_t *begin, size_t *end) {
    *begin = 0;
    *end = count;
    if (settings->segmentation == UT_ARTICLE_WINDOW) {
        size_t last = seconds(settings, 3.1);
        *begin = seconds(settings, 0.6);
        *end = last < count ? last : count;
    } else if (settings->segmentation == UT_GRID) {
        size_t length = seconds(settings, (double)settings->segment_s);
        *begin = i * length;
        if (i + 1 < ut_segment_count(settings, count)) *end = (i + 1) * length;
    }
}
