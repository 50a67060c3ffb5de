"""What a model takes on a microcontroller, measured on what the compiler makes for a Cortex-M4 with floating point."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from undertone.compiler import optimise, toolchain
from undertone.compiler.elf import loaded_bytes
from undertone.compiler.emission import source
from undertone.compiler.emission.files import emit_c
from undertone.compiler.measure import measure, measure_library
from undertone.compiler.targets import profile_flags
from undertone.deployment.library import write_library
from undertone.deployment.request import Request
from undertone.runtime import metal

BOARD = metal.BOARDS["cortex-m4"]
FLAGS = ("-ffreestanding", "-fdata-sections")


@dataclass(frozen=True)
class Footprint:
    """Measured sizes.

    Attributes
    ----------
    code_bytes, constant_bytes : int
        Of all that the calls of the header need, without weights and golden vectors, as the linker keeps it.
    stack_bytes : int
        Of the deepest path of calls; where a call goes through a pointer, no less than what it needs.
    network_stack_bytes : int
        Of ``NAME_run`` alone.
    nodes : mapping of str to int
        Code of each node's function when none is put into another, and of the kernels that they share.
    node_stacks : mapping of str to int
        Stack of each of these, with what it calls.
    """

    code_bytes: int
    constant_bytes: int
    stack_bytes: int
    network_stack_bytes: int
    nodes: Mapping[str, int]
    node_stacks: Mapping[str, int]


def footprint(request: Request) -> Footprint:
    """Compile for the Cortex-M4 and measure.

    Raises
    ------
    ToolchainError
        The C does not compile there.
    """
    with tempfile.TemporaryDirectory() as name:
        c = Path(name) / "c"
        write_library(request, c, own_math=True)
        code, constants = _linked(request, c, Path(name) / "linked.elf")
        network = measure(c / f"{request.word}.c", f"{request.word}_run", **_as_target(request, c))
        stack = _stack_bytes(request, c) if request.parts else network.stack_bytes
        return Footprint(code, constants, stack, network.stack_bytes, *_apart(request, Path(name)))


class _Target(TypedDict):
    include: list[Path]
    flags: list[str]
    triple: str
    cpu: str


def _as_target(request: Request, c: Path) -> _Target:
    return {
        "include": [c, c / "include", metal.METAL_DIR / "include"],
        "flags": [*profile_flags(request.profile), *FLAGS],
        "triple": BOARD.triple,
        "cpu": BOARD.processor,
    }


def _linked(request: Request, c: Path, out: Path) -> tuple[int, int]:
    """Link what the calls need and nothing else; return bytes of code and of constants, without the weights."""
    target = _as_target(request, c)
    target["flags"] += ["-ffunction-sections", "-Wl,--gc-sections", "-Wl,-e," + _entries(request)[-1]]
    target["flags"] += [f"-Wl,-u,{entry}" for entry in _entries(request)]
    toolchain.build(sorted(c.rglob("*.c")), out, **target)
    code, constants, _ = loaded_bytes(out.read_bytes())
    return code, constants - weight_bytes(request)


def weight_bytes(request: Request) -> int:
    """Return the size of ``NAME_weights``."""
    return max(len(source.prepare(optimise(request.graph), request.word, optimize=request.optimize).data), 64)


def _stack_bytes(request: Request, c: Path) -> int:
    aside = (f"{request.word}_weights.c", f"{request.word}_golden.c")
    sources = [path for path in sorted(c.rglob("*.c")) if path.name not in aside]
    return measure_library(sources, _entries(request)[-1], **_as_target(request, c)).stack_bytes


def _entries(request: Request) -> list[str]:
    """Name the calls that a program makes; the last one is the deepest."""
    if request.parts and request.parts.settings.streams:
        return [f"{request.word}_{call}" for call in ("init", "feed", "feed_pcm", "end", "result")]
    return [f"{request.word}_clip" if request.parts else f"{request.word}_run"]


def _apart(request: Request, folder: Path) -> tuple[dict[str, int], dict[str, int]]:
    """Compile the network with a function a node, as it is written, and return each function's code and stack."""
    made = emit_c(request.graph, "network", own_math=True, optimize=request.optimize)
    text = str(made["network.c"]).replace("\nstatic void do_", "\n__attribute__((noinline)) static void do_")
    (folder / "network.c").write_text(text, encoding="utf-8")
    (folder / "network.h").write_text(str(made["network.h"]), encoding="utf-8")
    sizes = measure(folder / "network.c", "network_run", **_as_target(request, folder))
    names = [f.name for f in sizes.functions]
    return {f.name: f.code_bytes for f in sizes.functions}, {name: sizes.stack_of(name) for name in names}
