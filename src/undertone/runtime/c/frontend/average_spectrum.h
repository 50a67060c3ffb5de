/* average_spectrum.h: the average spectrum of some frames of a clip. */
#ifndef UT_AVERAGE_SPECTRUM_H
#define UT_AVERAGE_SPECTRUM_H

#include "pooled.h"

#define UT_AVERAGE_SPECTRA 3

/* Mean of each band over some frames, less the mean over all: over frames with a pitch (0 if there are three or fewer), over
 * those with a loudness of its 70 percent quantile or more, of its 30 percent quantile or less. The rows are sorted. */
void ut_average_spectra(const ut_pooled *sorted, float out[UT_AVERAGE_SPECTRA * UT_BANDS]);

#endif
