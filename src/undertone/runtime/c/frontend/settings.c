/* settings.c: which settings are legal, and what they ask for. */
#include "settings.h"

#include "article.h"

int ut_settings_valid(const ut_settings *settings) {
    return settings->feature_set == UT_ARTICLE_V1 && settings->segmentation <= UT_WHOLE && settings->segment_s >= 0.1f &&
           settings->segment_s <= 3600.0f && settings->trim_db >= 0.0f && settings->trim_db <= 200.0f;
}

uint32_t ut_rate(const ut_settings *settings) { return ut_settings_valid(settings) ? UT_ARTICLE_RATE : 0; }

size_t ut_feature_count(const ut_settings *settings) { return ut_settings_valid(settings) ? UT_ARTICLE_SIZE : 0; }
