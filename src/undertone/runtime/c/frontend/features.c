/* features.c: from a segment to its numbers: trim, then the feature set that the settings name. */
#include "article.h"
#include "room.h"
#include "settings.h"

static ut_settings *settings_of(ut_room *room) { return ut_take(room, sizeof(ut_settings)); }

size_t ut_features_plan_bytes(const ut_settings *settings) {
    if (!ut_settings_valid(settings)) return 0;
    ut_room room = {0};
    settings_of(&room);
    ut_take(&room, ut_article_plan_bytes());
    return ut_with_slack(room.used);
}

ut_status ut_features_plan(const ut_settings *settings, void *plan, size_t bytes) {
    if (!ut_settings_valid(settings)) return UT_BAD_SETTINGS;
    if (bytes < ut_features_plan_bytes(settings)) return UT_SMALL_BUFFER;
    ut_room room = {.base = ut_aligned(plan)};
    *settings_of(&room) = *settings;
    ut_article_prepare(ut_take(&room, ut_article_plan_bytes()));
    return UT_OK;
}

size_t ut_features_scratch_bytes(const ut_settings *settings, size_t count) {
    return ut_settings_valid(settings) ? ut_with_slack(ut_article_scratch_bytes(count)) : 0;
}

ut_status ut_features(const void *plan, const float *samples, size_t count, void *scratch, size_t bytes, float *out) {
    ut_room room = {.base = ut_aligned(plan)};
    const ut_settings *settings = settings_of(&room);
    if (count == 0) return UT_EMPTY;
    if (bytes < ut_features_scratch_bytes(settings, count)) return UT_SMALL_BUFFER;
    size_t begin = 0, end = count;
    if (settings->segmentation != UT_ARTICLE_WINDOW) ut_trim(samples, count, settings->trim_db, &begin, &end);
    ut_article(ut_take(&room, ut_article_plan_bytes()), samples + begin, end - begin, ut_aligned(scratch), out);
    return UT_OK;
}
