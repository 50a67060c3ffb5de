/* A compiled network as firmware, under an emulator or a debugger that answers semihosting.
 *
 *     no argument     replay the golden vectors, and say what that took; status 0 when all are right
 *     a file's name   raw little-endian float32 from it, raw float32 to standard output
 */
#include "metal.h"
#include "model.h"

static _Alignas(64) unsigned char arena[MODEL_ARENA_BYTES];
static float input[MODEL_INPUT_COUNT * 8], output[MODEL_OUTPUT_COUNT];

static int replay(void) {
    float largest;
    const uint64_t before = metal_instructions();
    const int wrong = model_check(arena, output, &largest);
    const uint64_t spent = metal_instructions() - before;
    metal_print(wrong ? "golden vectors: WRONG\ninstructions " : "golden vectors: right\ninstructions ");
    metal_print_number(spent);
    metal_print("\nstack bytes ");
    metal_print_number(metal_stack_used());
    metal_print("\n");
    return wrong != 0;
}

static int answer(const char *path) {
    const size_t bytes = metal_read_file(path, input, sizeof input), one = MODEL_INPUT_COUNT * sizeof(float);
    for (size_t i = 0; i < bytes / one; i++) {
        model_run(input + i * MODEL_INPUT_COUNT, output, arena);
        metal_write(output, sizeof output);
    }
    return bytes == 0 || bytes % one != 0;
}

int main(void) { return *metal_argument() ? answer(metal_argument()) : replay(); }
