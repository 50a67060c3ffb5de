"""Two compiled models in one program, each in two threads at once, every thread with an arena of its own."""

from __future__ import annotations

import numpy as np
import pytest

from undertone.compiler import emit_c, evaluate, toolchain

from .conftest import floats
from .networks import in_little_memory, map_of_bands, small

PROGRAM = """#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include "bands.h"
#include "small.h"

/* What a thread runs again and again, and how often its answer was not the first one's. */
#define THREAD(who, name, NAME) \\
    static _Alignas(64) unsigned char who##_arena[NAME##_ARENA_BYTES]; \\
    static float who##_in[NAME##_INPUT_COUNT], who##_out[NAME##_OUTPUT_COUNT]; \\
    static void *who(void *wrong) { \\
        float first[NAME##_OUTPUT_COUNT]; \\
        name##_run(who##_in, first, who##_arena); \\
        for (int i = 0; i < 2000; i++) { \\
            name##_run(who##_in, who##_out, who##_arena); \\
            *(int *)wrong += memcmp(first, who##_out, sizeof first) != 0; \\
        } \\
        return NULL; \\
    }
THREAD(small_1, small, SMALL)
THREAD(small_2, small, SMALL)
THREAD(bands_1, bands, BANDS)
THREAD(bands_2, bands, BANDS)

#define READ(who) if (fread(who##_in, sizeof who##_in, 1, stdin) != 1) return 1
#define WRITE(who) fwrite(who##_out, sizeof who##_out, 1, stdout)
int main(void) {
    void *(*const all[4])(void *) = {small_1, small_2, bands_1, bands_2};
    pthread_t threads[4];
    int wrong[4] = {0};
    READ(small_1); READ(small_2); READ(bands_1); READ(bands_2);
    for (int i = 0; i < 4; i++)
        if (pthread_create(&threads[i], NULL, all[i], &wrong[i])) return 2;
    for (int i = 0; i < 4; i++)
        if (pthread_join(threads[i], NULL) || wrong[i]) return 3;
    WRITE(small_1); WRITE(small_2); WRITE(bands_1); WRITE(bands_2);
    return 0;
}
"""


@pytest.mark.parametrize(("goal", "other"), [("speed", map_of_bands), ("ram", map_of_bands), ("ram", in_little_memory)])
def test_two_models_run_in_two_threads_each(goal, other, rng, tmp_path):
    graphs = {"small": small(), "bands": other()}
    for word, graph in graphs.items():
        for name, text in emit_c(graph, word, optimize=goal).items():
            (tmp_path / name).write_bytes(text.encode() if isinstance(text, str) else text)
    (tmp_path / "main.c").write_text(PROGRAM)
    toolchain.build(sorted(tmp_path.glob("*.c")), tmp_path / "both", include=[tmp_path], flags=["-Werror"])
    given = [(g, floats(rng, *g.tensors[g.inputs[0]].shape)) for g in graphs.values() for _ in range(2)]
    status, out, _ = toolchain.run(tmp_path / "both", stdin=b"".join(x.tobytes() for _, x in given))
    assert status == 0
    expected = [evaluate(g, {g.inputs[0]: x})[g.outputs[0]].ravel() for g, x in given]
    assert np.abs(np.frombuffer(out, np.float32) - np.concatenate(expected)).max() < 1e-5
