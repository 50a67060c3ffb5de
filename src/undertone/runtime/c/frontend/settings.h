/* settings.h: which settings are legal. */
#ifndef UT_SETTINGS_H
#define UT_SETTINGS_H

#include "undertone.h"

int ut_settings_valid(const ut_settings *settings);

#endif
