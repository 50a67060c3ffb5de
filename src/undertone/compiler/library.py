"""A graph as a library that this process has loaded: the emitted C, called from Python."""

from __future__ import annotations

import ctypes
import sys
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from undertone.compiler import toolchain
from undertone.compiler.emission.files import emit_c
from undertone.compiler.graph import Graph
from undertone.compiler.passes import optimise
from undertone.compiler.planning.rolling import plan_for
from undertone.compiler.targets import profile_flags
from undertone.errors import ModelError


class Library:
    """A network of one float32 input and one float32 output, compiled and loaded.

    One call at a time: the arena belongs to the object.

    Parameters
    ----------
    graph : Graph
        The network.
    flags : sequence of str
        For the compiler, after the house's own.
    optimize : str
        "speed", or "ram" for a smaller arena (`emit_c`).
    profile : str
        "fast", or "reproducible" for the bits that every target gives.

    Raises
    ------
    ModelError
        Several inputs or outputs, or other types.
    MissingExtraError, ToolchainError
        No compiler, or it failed.
    """

    def __init__(
        self, graph: Graph, *, flags: tuple[str, ...] = (), optimize: str = "speed", profile: str = "fast"
    ) -> None:
        tensors = [graph.tensors[n] for n in (*graph.inputs, *graph.outputs)]
        if len(tensors) != 2 or any(t.dtype != "float32" for t in tensors):
            raise ModelError(f"graph {graph.name!r}: a library takes one float32 input and gives one float32 output")
        self.input, self.output = tensors
        self.arena_bytes = plan_for(optimise(graph), optimize).arena_bytes
        self._function = _load(graph, (*profile_flags(profile), *flags), optimize, own_math=profile == "reproducible")
        memory = np.zeros(self.arena_bytes + 64, np.uint8)
        self._memory = memory[-memory.ctypes.data % 64 :]

    def __call__(self, x: NDArray[np.float32]) -> NDArray[np.float32]:
        """Run one input of the graph's shape; return an output of the graph's shape."""
        x = np.ascontiguousarray(x, np.float32).reshape(self.input.shape)
        y = np.empty(self.output.shape, np.float32)
        self._function(x.ctypes.data, y.ctypes.data, self._memory.ctypes.data)
        return y


def _load(graph: Graph, flags: tuple[str, ...], optimize: str, *, own_math: bool) -> ctypes._NamedFuncPointer:
    suffix = {"darwin": ".dylib", "win32": ".dll"}.get(sys.platform, ".so")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        for file, content in emit_c(graph, "network", optimize=optimize, own_math=own_math).items():
            (folder / file).write_bytes(content.encode() if isinstance(content, str) else content)
        out = folder / f"network{suffix}"
        toolchain.build(sorted(folder.glob("*.c")), out, include=[folder], flags=flags, shared=True)
        function = ctypes.CDLL(str(out)).network_run
    function.argtypes, function.restype = [ctypes.c_void_p] * 3, None
    return function
