"""How many instructions a network takes on a microcontroller: counted under the emulator, one by one.

The count is exact to the 40 instructions that the emulated clock can tell apart on Cortex-M; cycles are a matter of the
board's memories and of the core. On a Cortex-M4 most take one; a product that is added (VFMA) takes three where a
product (VMUL) and a sum (VADD) take two, so the compiler writes the pair: more instructions and less time.
"""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from undertone.compiler.emission.files import emit_c
from undertone.compiler.graph import Graph
from undertone.compiler.targets import TARGETS, profile_flags, run
from undertone.compiler.toolchain import build
from undertone.errors import ToolchainError
from undertone.runtime import metal

_CALL = re.compile(r"^( +(?:if \(step >= 0\) )?)(do_(\w+)\([^;]*\);)$", re.M)


@dataclass(frozen=True)
class Instructions:
    """What one run takes.

    Attributes
    ----------
    total : int
        Instructions of the whole.
    nodes : dict of str to int
        Of each node, by its name in the emitted C, in the order of the run; of a rolled layer, all its steps. What
        slides windows or gathers rows between them is in the total alone.
    stack_bytes : int
        The deepest that the stack ever was.
    """

    total: int
    nodes: dict[str, int]
    stack_bytes: int


def count_instructions(
    graph: Graph, *, target: str = "cortex-m4", profile: str = "fast", optimize: str = "speed", cpu: str = ""
) -> Instructions:
    """Emit, compile and run a network once, with its instructions counted.

    Parameters
    ----------
    graph : Graph
        Of one float32 input and one float32 output.
    target : str
        One that is firmware.
    profile : str
        "fast" or "reproducible".
    optimize : str
        "speed" or "ram".
    cpu : str
        The processor as zig writes it, where it is not the target's.

    Returns
    -------
    Instructions
        For an input of ordinary numbers.

    Raises
    ------
    ToolchainError
        The emulator is missing, or the network does not fit the board's memories.
    """
    chosen, board = TARGETS[target], metal.BOARDS[target]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made = emit_c(graph, "network", own_math=True, optimize=optimize)
        marked = _CALL.sub(r'\1{ node_begin(); \2 node_done("\3"); }', str(made["network.c"]))
        made["network.c"] = f"void node_begin(void);\nvoid node_done(const char *name);\n{marked}"
        for file, content in {**made, "main.c": _MAIN}.items():
            (folder / file).write_bytes(content.encode() if isinstance(content, str) else content)
        flags = [*profile_flags(profile), *chosen.flags]
        sources = [*folder.glob("*.c"), *metal.sources(board)]
        build(sources, folder / "count", include=[folder], flags=flags, triple=chosen.triple, cpu=cpu or chosen.cpu)
        shape = graph.tensors[graph.inputs[0]].shape
        np.random.default_rng(0).normal(size=shape).astype("<f4").tofile(folder / "x.f32")
        status, out, words = run(chosen, folder / "count", [str(folder / "x.f32")])
    if status:
        raise ToolchainError(f"graph {graph.name!r} ends with status {status} on {target}: {words.strip()[:300]}")
    rows = [line.rsplit(" ", 1) for line in out.decode().splitlines()]
    *nodes, (_, total), (_, stack) = [(label, int(number)) for label, number in rows]
    return Instructions(total, dict(nodes), stack)


_MAIN = """#include "metal.h"
#include "network.h"

#include <string.h>

enum { NODES = 1024, TRIES = 64 };

static _Alignas(64) unsigned char arena[NETWORK_ARENA_BYTES];
static float input[NETWORK_INPUT_COUNT], output[NETWORK_OUTPUT_COUNT];
static struct { const char *name; uint64_t count; } nodes[NODES];
static uint64_t begun, marks;
static size_t known;

void node_begin(void);
void node_done(const char *name);

static void row(const char *name, uint64_t number) {
    metal_print(name);
    metal_print(" ");
    metal_print_number(number);
    metal_print("\\n");
}

void node_begin(void) {
    marks++;
    begun = metal_instructions();
}

/* A rolled layer comes again and again. */
void node_done(const char *name) {
    const uint64_t count = metal_instructions() - begun;
    size_t i = 0;
    while (i < known && nodes[i].name != name) i++;
    if (i == NODES) return;
    if (i == known) nodes[known++].name = name;
    nodes[i].count += count;
}

int main(void) {
    if (metal_read_file(metal_argument(), input, sizeof input) != sizeof input) return 1;
    uint64_t begin = metal_instructions();
    for (int i = 0; i < TRIES; i++) node_begin(), node_done("");
    const uint64_t a_mark = (metal_instructions() - begin) / TRIES;
    memset(nodes, 0, sizeof nodes);
    known = 0;
    marks = 0;
    begin = metal_instructions();
    network_run(input, output, arena);
    const uint64_t total = metal_instructions() - begin - marks * a_mark;
    for (size_t i = 0; i < known; i++) row(nodes[i].name, nodes[i].count);
    row("total", total);
    row("stack", metal_stack_used());
    return 0;
}
"""
