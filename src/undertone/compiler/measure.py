"""How large compiled C is, measured: bytes of code and constants, and the deepest stack, read from the object.

The stack is that of the deepest path of calls inside the object: frames as the compiler laid them out, with what a
call pushes. What the C library needs below (expf, memcpy; a few dozen bytes) is outside and named.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from undertone.compiler import toolchain
from undertone.compiler.elf import Function, Object, read_object
from undertone.errors import ToolchainError

FLAGS = ("-c", "-ffunction-sections", "-fstack-size-section")


@dataclass(frozen=True)
class Sizes:
    """What one C file needs on its target.

    Attributes
    ----------
    code_bytes, constant_bytes, variable_bytes : int
        Machine code, constants, and memory that is written to without being on the stack.
    stack_bytes : int
        Of the deepest path from ``entry``.
    deepest : tuple of str
        That path.
    outside : tuple of str
        Functions that are called and lie in other files.
    functions : tuple of Function
        Of the object; others were inlined into these.
    """

    code_bytes: int
    constant_bytes: int
    variable_bytes: int
    stack_bytes: int
    deepest: tuple[str, ...]
    outside: tuple[str, ...]
    functions: tuple[Function, ...]

    def stack_of(self, name: str) -> int:
        """Return the stack of the deepest path from one of its functions down."""
        functions = {f.name: f for f in self.functions}
        return sum(functions[n].frame_bytes for n in _deepest(functions, name, ()))


def measure(
    source: Path,
    entry: str,
    *,
    include: Sequence[Path] = (),
    flags: Sequence[str] = (),
    triple: str = "",
    cpu: str = "native",
) -> Sizes:
    """Compile a C file as `toolchain.build` does, and measure it.

    Parameters
    ----------
    source : Path
        The file: of emitted C the one with the functions (the weights of the other are known bytes).
    entry : str
        The function whose stack is asked for: ``NAME_run``.
    include, flags, triple, cpu
        As `toolchain.build` takes them.

    Raises
    ------
    ToolchainError
        The C does not compile, the target's objects are not ELF, or ``entry`` is not in it or calls itself.
    """
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "measured.o"
        toolchain.build([source], out, include=include, flags=[*flags, *FLAGS], triple=triple, cpu=cpu)
        made = read_object(out.read_bytes())
    return _sizes(made, entry, source.name)


def measure_library(
    sources: Sequence[Path],
    entry: str,
    *,
    include: Sequence[Path] = (),
    flags: Sequence[str] = (),
    triple: str = "",
    cpu: str = "native",
) -> Sizes:
    """Measure several C files as one; ``stack_bytes`` also covers calls through pointers.

    Which function a pointer calls is not in the object. A function that nobody calls by name may be meant: the deepest
    of these is added below the deepest path of named calls, which is right where no such call leads to another.
    """
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "measured.o"
        every = [*flags, "-r", "-nostdlib", "-Wl,--no-gc-sections", *FLAGS[1:]]
        toolchain.build(sources, out, include=include, flags=every, triple=triple, cpu=cpu)
        made = read_object(out.read_bytes())
    sizes = _sizes(made, entry, "the library")
    functions = {f.name: f for f in made.functions}
    called = {name for f in made.functions for name in f.calls}
    pointed = [_deepest(functions, name, ()) for name in functions if name not in called and name != entry]
    below = max(pointed, key=lambda path: sum(functions[n].frame_bytes for n in path), default=())
    deepest = (*sizes.deepest, *below)
    return replace(sizes, deepest=deepest, stack_bytes=sum(functions[n].frame_bytes for n in deepest))


def _sizes(made: Object, entry: str, where: str) -> Sizes:
    functions = {f.name: f for f in made.functions}
    if entry not in functions:
        raise ToolchainError(f"{where}: has no function {entry!r}; its functions: {', '.join(functions)}")
    deepest = _deepest(functions, entry, ())
    return Sizes(
        sum(f.code_bytes for f in made.functions),
        made.constant_bytes,
        made.variable_bytes,
        sum(functions[name].frame_bytes for name in deepest),
        deepest,
        tuple(sorted({name for f in made.functions for name in f.calls} - set(functions))),
        made.functions,
    )


def _deepest(functions: dict[str, Function], name: str, above: tuple[str, ...]) -> tuple[str, ...]:
    """Return the path of calls from a function down whose frames are the largest in sum."""
    if name in above:
        raise ToolchainError(f"{name!r} calls itself, so its stack has no bound: {' -> '.join((*above, name))}")
    below = [_deepest(functions, c, (*above, name)) for c in functions[name].calls if c in functions]
    return (name, *max(below, key=lambda path: sum(functions[n].frame_bytes for n in path), default=()))
