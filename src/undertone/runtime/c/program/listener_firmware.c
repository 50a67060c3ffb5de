/* A compiled bundle as firmware, under an emulator or a debugger that answers semihosting.
 *
 *     no argument     replay the golden sounds as a microphone would bring them; status 0 when all are right
 *     a file's name   raw little-endian float32 samples from it, at the microphone's rate; to standard output, for each
 *                     segment as raw float32: where it begins and ends, in samples of the front end's rate, and its scores
 */
#include "metal.h"
#include "model.h"

static model_state state;
static float samples[1 << 18];

static int replay(void) {
    float largest;
    const uint64_t before = metal_instructions();
    const int wrong = model_check(&state, &largest);
    const uint64_t spent = metal_instructions() - before;
    metal_print(wrong ? "golden sounds: WRONG\ninstructions " : "golden sounds: right\ninstructions ");
    metal_print_number(spent);
    metal_print("\nstack bytes ");
    metal_print_number(metal_stack_used());
    metal_print("\n");
    return wrong != 0;
}

static void tell_results(void) {
    float row[2 + MODEL_LABELS];
    uint64_t begin, end;
    while (model_result(&state, row + 2, &begin, &end)) {
        row[0] = (float)begin;
        row[1] = (float)end;
        metal_write(row, sizeof row);
    }
}

static int answer(const char *path) {
    const size_t bytes = metal_read_file(path, samples, sizeof samples), count = bytes / sizeof(float);
    if (model_init(&state) != UT_OK) return 1;
    for (size_t fed = 0; fed < count;) {
        fed += model_feed(&state, samples + fed, count - fed);
        tell_results();
    }
    model_end(&state);
    tell_results();
    return count == 0;
}

int main(void) { return *metal_argument() ? answer(metal_argument()) : replay(); }
