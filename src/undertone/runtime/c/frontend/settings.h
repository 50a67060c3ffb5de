/* settings.h: which settings are legal. */
#ifndef UT_SETTINGS_H
#define UT_SETTINGS_H

#include "undertone.h"

int ut_settings_valid(const ut_settings *settings);

/* Samples of the longest segment that the settings can give: of UT_WHOLE, which has no bound, as of UT_GRID. */
size_t ut_segment_longest(const ut_settings *settings);

#endif
