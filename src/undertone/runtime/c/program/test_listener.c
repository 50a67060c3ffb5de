/* Replays the golden sounds of a compiled model as a microphone would bring them; the status is 0 if all is right. */
#include <stdio.h>

#include "model.h"

static model_state state;

int main(void) {
    float largest;
    const int wrong = model_check(&state, &largest);
    printf("{\"wrong\": %d, \"largest_error\": %.9g, \"accepted\": %.9g}\n", wrong, (double)largest,
           (double)UT_GOLDEN_TOLERANCE);
    return wrong != 0;
}
