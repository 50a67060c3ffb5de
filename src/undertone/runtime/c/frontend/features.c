/* features.c: from a segment to its numbers: trim, then the feature set that the settings name. */
#include "room.h"
#include "sets.h"
#include "settings.h"

static ut_settings *settings_of(ut_room *room) { return ut_take(room, sizeof(ut_settings)); }

size_t ut_features_plan_bytes(const ut_settings *settings) {
    if (!ut_settings_valid(settings)) return 0;
    ut_room room = {0};
    settings_of(&room);
    ut_take(&room, ut_set_of(settings->feature_set)->plan_bytes());
    return ut_with_slack(room.used);
}

/* The window of the article is not trimmed. */
static float trim_of(const ut_settings *settings) {
    return settings->segmentation == UT_ARTICLE_WINDOW ? 0.0f : settings->trim_db;
}

ut_status ut_features_plan(const ut_settings *settings, void *plan, size_t bytes) {
    if (!ut_settings_valid(settings)) return UT_BAD_SETTINGS;
    if (bytes < ut_features_plan_bytes(settings)) return UT_SMALL_BUFFER;
    const ut_feature_set *set = ut_set_of(settings->feature_set);
    ut_room room = {.base = ut_aligned(plan)};
    *settings_of(&room) = *settings;
    set->prepare(ut_take(&room, set->plan_bytes()), trim_of(settings));
    return UT_OK;
}

size_t ut_features_scratch_bytes(const ut_settings *settings, size_t count) {
    return ut_settings_valid(settings) ? ut_with_slack(ut_set_of(settings->feature_set)->scratch_bytes(count)) : 0;
}

size_t ut_features_least_bytes(const ut_settings *settings, size_t count) {
    return ut_settings_valid(settings) ? ut_with_slack(ut_set_of(settings->feature_set)->least_bytes(count)) : 0;
}

ut_status ut_features(const void *plan, const float *samples, size_t count, void *scratch, size_t bytes, float *out) {
    ut_room room = {.base = ut_aligned(plan)};
    const ut_settings *settings = settings_of(&room);
    const ut_feature_set *set = ut_set_of(settings->feature_set);
    if (count == 0) return UT_EMPTY;
    if (bytes < ut_features_least_bytes(settings, count)) return UT_SMALL_BUFFER;
    size_t begin = 0, end = count;
    if (!set->is_sequence) ut_trim(samples, count, trim_of(settings), &begin, &end);
    const ut_span memory = {ut_aligned(scratch), bytes - ut_with_slack(0)};
    set->compute(ut_take(&room, set->plan_bytes()), samples + begin, end - begin, memory, out, ut_feature_rows(settings));
    return UT_OK;
}
