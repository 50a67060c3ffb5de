"""A graph as a library that this process has loaded: the emitted C, called from Python."""

from __future__ import annotations

import ctypes
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from undertone.compiler import toolchain
from undertone.compiler.emission.files import emit_c
from undertone.compiler.graph import Graph, Tensor
from undertone.compiler.targets import profile_flags
from undertone.errors import ModelError

SUFFIX = {"darwin": ".dylib", "win32": ".dll"}.get(sys.platform, ".so")
_ARENA_C = '#include "network.h"\nconst size_t network_arena_bytes = NETWORK_ARENA_BYTES;\n'


class Library:
    """A network of one float32 input and one float32 output, compiled and loaded.

    Any number of threads may call it at once: each has an arena of its own.

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
    winograd : bool
        Whether the fast profile may compute long convolutions by fewer products, in more memory (`emit_c`).
    file : Path, optional
        What `build_library` made of this graph; without it the C is compiled now, and kept nowhere.

    Raises
    ------
    ModelError
        Several inputs or outputs, or other types.
    MissingExtraError, ToolchainError
        No compiler, or it failed.
    OSError
        The file is not a library of this machine.
    """

    def __init__(
        self,
        graph: Graph,
        *,
        flags: tuple[str, ...] = (),
        optimize: str = "speed",
        profile: str = "fast",
        winograd: bool = True,
        file: Path | None = None,
    ) -> None:
        self.input, self.output = one_input_one_output(graph)
        if file is not None:
            loaded = ctypes.CDLL(str(file))
        else:
            with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
                out = Path(folder) / f"network{SUFFIX}"
                build_library(graph, out, flags=flags, optimize=optimize, profile=profile, winograd=winograd)
                loaded = ctypes.CDLL(str(out))
        try:
            self._function = loaded.network_run
            self.arena_bytes = ctypes.c_size_t.in_dll(loaded, "network_arena_bytes").value
        except (AttributeError, ValueError) as error:
            raise OSError(f"{file}: not a library of a network: {error}") from error
        self._function.argtypes, self._function.restype = [ctypes.c_void_p] * 3, None
        self._local = threading.local()

    def __call__(self, x: NDArray[np.float32]) -> NDArray[np.float32]:
        """Run one input of the graph's shape; return an output of the graph's shape."""
        memory = getattr(self._local, "memory", None) or self._memory()
        memory.input[...] = np.asarray(x).reshape(self.input.shape)
        self._function(*memory.addresses)
        return memory.output.copy()

    def _memory(self) -> _Memory:
        """Make this thread's memory, once: to ask arrays for their addresses takes longer than to copy them."""
        arena = np.zeros(self.arena_bytes + 64, np.uint8)
        given, taken = (np.zeros(t.shape, np.float32) for t in (self.input, self.output))
        places = (given.ctypes.data, taken.ctypes.data, arena.ctypes.data + -arena.ctypes.data % 64)
        self._local.memory = _Memory(given, taken, arena, tuple(ctypes.c_void_p(place) for place in places))
        made: _Memory = self._local.memory
        return made


@dataclass(frozen=True)
class _Memory:
    """What one thread calls a network with: input, output, arena (from a multiple of 64 on)."""

    input: NDArray[np.float32]
    output: NDArray[np.float32]
    arena: NDArray[np.uint8]
    addresses: tuple[ctypes.c_void_p, ...]


def build_library(
    graph: Graph,
    out: Path,
    *,
    flags: tuple[str, ...] = (),
    optimize: str = "speed",
    profile: str = "fast",
    winograd: bool = True,
) -> None:
    """Compile a graph to a library; the file appears whole or not at all.

    Raises
    ------
    ModelError, UnsupportedError
        Several inputs or outputs, or a node that the C cannot do.
    MissingExtraError, ToolchainError
        No compiler, or it failed.
    """
    one_input_one_output(graph)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        (folder / "arena.c").write_text("#include <stddef.h>\n" + _ARENA_C)
        own_math = profile == "reproducible"
        made = emit_c(graph, "network", optimize=optimize, own_math=own_math, winograd=winograd and not own_math)
        for file, content in made.items():
            (folder / file).write_bytes(content.encode() if isinstance(content, str) else content)
        flags = (*profile_flags(profile), *flags)
        toolchain.build(sorted(folder.glob("*.c")), out, include=[folder], flags=flags, shared=True)


def one_input_one_output(graph: Graph) -> tuple[Tensor, Tensor]:
    """Return the tensors of the one input and the one output.

    Raises
    ------
    ModelError
        There are more, or they are not float32.
    """
    tensors = [graph.tensors[n] for n in (*graph.inputs, *graph.outputs)]
    if len(tensors) != 2 or any(t.dtype != "float32" for t in tensors):
        raise ModelError(f"graph {graph.name!r}: a library takes one float32 input and gives one float32 output")
    return tensors[0], tensors[1]
