/* modulation.c: how fast the cepstral coefficients of a clip change: their power spectra over time.
 *
 * A transform of 512 frames is that of 512 samples, which voice.c has tables for; only the window is flat here.
 */
#include "coefficients.h"

#include "mathf.h"

_Static_assert(UT_LEADING % UT_LANES == 0, "a group of lanes holds coefficients alone");

static const size_t edges[UT_MODULATIONS + 1] = {1, 5, 9, 17, 33, 65, 129, 257}; /* bins */

static void lay_out(const ut_coefficients *c, size_t used, size_t first, float *columns) {
    for (size_t frame = 0; frame < UT_MODULATION_POINTS; frame++)
        for (size_t lane = 0; lane < UT_LANES; lane++)
            columns[frame * UT_LANES + lane] = frame < used ? c->at[frame * UT_LEADING + first + lane] : 0.0f;
}

static ut_lanes mean_power(const ut_lanes *power, size_t begin, size_t end) {
    ut_lanes sum = {0};
    for (size_t bin = begin; bin < end; bin++) sum += power[bin];
    return sum * (1.0f / (float)(end - begin));
}

void ut_modulation(const ut_coefficients *c, const ut_spectrum_plan *plan, const ut_voice_group *group, float *window,
                   float out[UT_MODULATIONS * UT_LEADING]) {
    const size_t used = c->frames < UT_MODULATION_POINTS ? c->frames : UT_MODULATION_POINTS;
    ut_spectrum_plan flat = *plan;
    flat.window = window;
    for (size_t i = 0; i < UT_MODULATION_POINTS; i++) window[i] = 0.5f; /* halved, as every window there */
    for (size_t first = 0; first < UT_LEADING; first += UT_LANES) {
        lay_out(c, used, first, group->columns.at);
        ut_power_spectra(&flat, &group->columns, group->z, group->power);
        for (size_t band = 0; band < UT_MODULATIONS; band++) {
            const ut_lanes mean = mean_power(group->power, edges[band], edges[band + 1]);
            for (size_t lane = 0; lane < UT_LANES; lane++)
                out[band * UT_LEADING + first + lane] = ut_ln(((const float *)&mean)[lane] / (float)used + 1e-6f);
        }
    }
}
