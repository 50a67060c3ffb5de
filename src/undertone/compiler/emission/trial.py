"""Emit, compile and run a graph of any inputs and outputs once: what tests and benchmarks judge the C by.

Values cross as raw bytes, never as printed numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from undertone.compiler import toolchain
from undertone.compiler.emission import source
from undertone.compiler.emission.files import emit_c
from undertone.compiler.emission.names import identifier
from undertone.compiler.graph import Array, Graph
from undertone.compiler.loops import C_TYPES
from undertone.compiler.passes import optimise
from undertone.errors import ToolchainError


def run_emitted(
    graph: Graph, inputs: Sequence[Array], folder: Path, *, flags: Sequence[str] = (), optimize: str = "speed"
) -> list[Array]:
    """Run a graph's C.

    Parameters
    ----------
    graph : Graph
        A legal one.
    inputs : sequence of ndarray
        One an input of the graph, of its shape and type.
    folder : Path
        An empty folder for C and program.
    flags : sequence of str
        For the compiler, after the house's own.
    optimize : str
        "speed" or "ram" (`emit_c`).

    Returns
    -------
    list of ndarray
        One an output of the graph.

    Raises
    ------
    UnsupportedError
        The C cannot do a node.
    ToolchainError
        The C does not compile, or the program dies.
    """
    program = build_trial(graph, folder, flags=flags, optimize=optimize)
    data = b"".join(np.ascontiguousarray(x).tobytes() for x in inputs)
    status, out, words = toolchain.run(program, stdin=data, seconds=60)
    tensors = [graph.tensors[name] for name in graph.outputs]
    if status or len(out) != sum(t.nbytes for t in tensors):
        raise ToolchainError(f"graph {graph.name!r}: the program ends with status {status}: {words.strip()[:500]}")
    results, at = [], 0
    for tensor in tensors:
        results.append(np.frombuffer(out, tensor.dtype, tensor.size, at).reshape(tensor.shape))
        at += tensor.nbytes
    return results


def build_trial(graph: Graph, folder: Path, *, flags: Sequence[str] = (), optimize: str = "speed") -> Path:
    """Write and compile a program that reads all inputs from standard input and writes all outputs."""
    for name, content in trial_files(graph, optimize=optimize).items():
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    toolchain.build(sorted(folder.glob("*.c")), folder / "trial", include=[folder], flags=flags)
    return folder / "trial"


def trial_files(graph: Graph, *, entry: str = "main", optimize: str = "speed") -> dict[str, str | bytes]:
    """Return a graph's C, and a function ``entry`` that runs it between standard input and output."""
    word = identifier(graph.name)
    return {**emit_c(graph, word, optimize=optimize), f"{word}_{entry}.c": _main(graph, word, entry)}


def _main(graph: Graph, word: str, entry: str) -> str:
    lean = source.prepare(optimise(graph), word).graph
    names = [(f"in{i}", lean.tensors[n]) for i, n in enumerate(lean.inputs)]
    outs = [(f"out{i}", lean.tensors[n]) for i, n in enumerate(lean.outputs)]
    buffers = "\n".join(f"static _Alignas(64) {C_TYPES[t.dtype]} {n}[{max(t.size, 1)}];" for n, t in (*names, *outs))
    reads = "\n    ".join(f"if (fread({n}, 1, {t.nbytes}, stdin) != {t.nbytes}) return 1;" for n, t in names)
    writes = "\n    ".join(f"fwrite({n}, 1, {t.nbytes}, stdout);" for n, t in outs)
    call = ", ".join(n for n, _ in (*names, *outs))
    return f"""#include <stdio.h>
#include "{word}.h"

static _Alignas(64) unsigned char arena[{word.upper()}_ARENA_BYTES];
{buffers}

int {entry}(void) {{
    {reads}
    {word}_run({call}, arena);
    {writes}
    return 0;
}}
"""
