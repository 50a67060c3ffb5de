/* fixed_point: the end of a rescaling. A shift to the right of what may be negative rounds down: every compiler of the
 * GNU kind says so, and the law of the graph asks for it. */
#include <stdint.h>

static inline uint8_t ut_byte(int64_t v) { return (uint8_t)(v < 0 ? 0 : v > 255 ? 255 : v); }
