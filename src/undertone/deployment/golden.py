"""``NAME_golden.c``: golden vectors as C: sounds with their scores, or inputs of a bare network with its outputs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from undertone.compiler import Graph, run
from undertone.deployment.literals import PCM_PER_LINE, floats, lines, text
from undertone.deployment.parts import GoldenSound

#: Of the largest output: other processors add in another order.
TOLERANCE = 1e-4
VECTORS = 3


@dataclass(frozen=True)
class GoldenRun:
    """Inputs of a bare network, drawn by a fixed seed, and the numpy interpreter's outputs of the source model."""

    inputs: NDArray[np.float32]
    outputs: NDArray[np.float32]


def golden_run(graph: Graph) -> GoldenRun:
    """Draw inputs and run the model as it was read, before any pass."""
    shape = graph.tensors[graph.inputs[0]].shape
    inputs = np.random.default_rng(162).standard_normal((VECTORS, *shape)).astype(np.float32)
    outputs = np.stack([run(graph, x).ravel() for x in inputs])
    return GoldenRun(inputs.reshape(VECTORS, -1), outputs.astype(np.float32))


def golden_sounds(golden: tuple[GoldenSound, ...], word: str) -> str:
    """Write the sounds of a bundle and the scores recorded for them."""
    parts = [
        f"/* {word}: golden vectors: synthesised sounds, and the scores recorded for them when the model was made. */",
        f'#include "{word}_listener.h"',
        "",
    ]
    rows = []
    for i, g in enumerate(golden):
        pcm = lines((str(int(v)) for v in np.asarray(g.pcm)), PCM_PER_LINE)
        parts += [f"static const int16_t pcm_{i}[{len(g.pcm)}] = {{\n{pcm}}};"]
        parts += [f"static const float scores_{i}[{len(g.scores)}] = {{\n{floats(g.scores)}}};", ""]
        rows.append(f"    {{{text(g.name)}, {g.rate}u, {len(g.pcm)}, {g.segments}, pcm_{i}, scores_{i}}},")
    return "\n".join([*parts, f"const ut_golden {word}_golden[{len(golden)}] = {{", *rows, "};", ""])


def golden_network(golden: GoldenRun, word: str) -> str:
    """Write the golden vectors of a bare network, and the call that replays them."""
    count, inputs, outputs = len(golden.inputs), golden.inputs.shape[1], golden.outputs.shape[1]
    accepted = max(float(np.abs(golden.outputs).max()), 1.0) * TOLERANCE
    return f"""/* {word}: golden vectors: drawn inputs, and what the source model answers by the numpy interpreter. */
#include "{word}_golden.h"

static const float inputs[{count}][{inputs}] = {{
{"".join(f"{{{chr(10)}{floats(row)}}},{chr(10)}" for row in golden.inputs)}}};

static const float outputs[{count}][{outputs}] = {{
{"".join(f"{{{chr(10)}{floats(row)}}},{chr(10)}" for row in golden.outputs)}}};

int {word}_check(void *arena, float *out, float *largest) {{
    int wrong = 0;
    *largest = 0.0f;
    for (int i = 0; i < {count}; i++) {{
        float gap = 0.0f;
        {word}_run(inputs[i], out, arena);
        for (int k = 0; k < {outputs}; k++) {{
            const float here = out[k] > outputs[i][k] ? out[k] - outputs[i][k] : outputs[i][k] - out[k];
            if (!(here <= gap)) gap = here;
        }}
        if (!(gap <= *largest)) *largest = gap;
        wrong += !(gap <= {accepted:.9g}f);
    }}
    return wrong;
}}
"""


def golden_network_header(word: str) -> str:
    """Write the header of the call."""
    big = word.upper()
    return f"""/* {word}: replays its golden vectors. */
#ifndef {big}_GOLDEN_H
#define {big}_GOLDEN_H

#include "{word}.h"

#ifdef __cplusplus
extern "C" {{
#endif

/* How many of {VECTORS} golden inputs give other outputs than were recorded; 0 is right. The largest difference goes to
 * *largest; arena has {big}_ARENA_BYTES, out has {big}_OUTPUT_COUNT. */
int {word}_check(void *arena, float *out, float *largest);

#ifdef __cplusplus
}}
#endif
#endif
"""
