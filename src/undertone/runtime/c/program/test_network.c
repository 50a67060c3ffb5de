/* Replays the golden inputs of a compiled network; the status is 0 if all is right. */
#include <stdio.h>

#include "model.h"

static _Alignas(64) unsigned char arena[MODEL_ARENA_BYTES];
static float output[MODEL_OUTPUT_COUNT];

int main(void) {
    float largest;
    const int wrong = model_check(arena, output, &largest);
    printf("{\"wrong\": %d, \"largest_error\": %.9g}\n", wrong, (double)largest);
    return wrong != 0;
}
