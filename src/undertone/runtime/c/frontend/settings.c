/* settings.c: which settings are legal, and what they ask for. */
#include "settings.h"

#include "sets.h"

int ut_settings_valid(const ut_settings *settings) {
    return ut_set_of(settings->feature_set) && settings->segmentation <= UT_WHOLE && settings->segment_s >= 0.1f &&
           settings->segment_s <= 3600.0f && settings->trim_db >= 0.0f && settings->trim_db <= 200.0f;
}

uint32_t ut_rate(const ut_settings *settings) { return ut_settings_valid(settings) ? ut_set_of(settings->feature_set)->rate : 0; }

size_t ut_feature_columns(const ut_settings *settings) {
    return ut_settings_valid(settings) ? ut_set_of(settings->feature_set)->columns : 0;
}

/* Of a sequence, a multiple of eight: a network may halve the time three times. */
size_t ut_feature_rows(const ut_settings *settings) {
    if (!ut_settings_valid(settings)) return 0;
    if (!ut_set_of(settings->feature_set)->is_sequence) return 1;
    return (1 + ut_segment_longest(settings) / 256 + 7) / 8 * 8;
}

size_t ut_feature_statistics(const ut_settings *settings) {
    return ut_settings_valid(settings) ? ut_set_of(settings->feature_set)->statistics : 0;
}

size_t ut_feature_count(const ut_settings *settings) {
    return ut_feature_rows(settings) * ut_feature_columns(settings) + ut_feature_statistics(settings);
}
