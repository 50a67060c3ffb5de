/* status.c: the words for what a function answers. */
#include "undertone.h"

const char *ut_status_text(ut_status status) {
    switch (status) {
    case UT_OK: return "ok";
    case UT_BAD_SETTINGS: return "a setting of the front end is unknown or out of range";
    case UT_BAD_RATE: return "the sample rate is outside 1000 to 384000 Hz";
    case UT_EMPTY: return "no samples to look at";
    case UT_SMALL_BUFFER: return "a buffer is smaller than its size query said";
    case UT_NOT_WAV: return "not a RIFF/WAVE file";
    case UT_BAD_WAV: return "a RIFF/WAVE file that is cut short or contradicts itself";
    case UT_WAV_CODEC: return "a WAV sample format other than PCM 8/16/24/32 bits or float 32/64 bits";
    case UT_NOT_FINITE: return "a sample is NaN, infinite or beyond 1e12 (full scale is 1)";
    }
    return "unknown status";
}
