/* How many bytes a listener's state takes when frames are computed UT_LANES at a time: what a header says of it.
 *
 *     sizes FEATURE_SET SEGMENTATION SEGMENT_S TRIM_DB RATE ARENA_BYTES
 */
#include <stdio.h>
#include <stdlib.h>

#include "undertone_listener.h"

int main(int argc, char **argv) {
    if (argc != 7) return 2;
    ut_model model = {0};
    model.settings.feature_set = (uint32_t)strtoul(argv[1], NULL, 10);
    model.settings.segmentation = (uint32_t)strtoul(argv[2], NULL, 10);
    model.settings.segment_s = strtof(argv[3], NULL);
    model.settings.trim_db = strtof(argv[4], NULL);
    model.rate = (uint32_t)strtoul(argv[5], NULL, 10);
    model.arena_bytes = (size_t)strtoull(argv[6], NULL, 10);
    return printf("%zu\n", ut_listen_bytes(&model)) < 0;
}
