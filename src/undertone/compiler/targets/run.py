"""Run what was built for a target: as it is, or under the emulator that the target names."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from undertone.compiler import toolchain
from undertone.compiler.targets.target import Target
from undertone.errors import ToolchainError
from undertone.runtime import metal


def can_run(target: Target) -> bool:
    """Say whether this machine has what runs a target's programs."""
    if target.runner:
        return shutil.which(target.runner[0]) is not None
    here = toolchain.native_triple().split("-")[:2]
    return bool(target.run_by) and target.triple.split("-")[:2] in ([""], here)


def run(
    target: Target,
    program: Path,
    arguments: Sequence[str] = (),
    *,
    stdin: bytes = b"",
    seconds: float = toolchain.SECONDS,
) -> tuple[int, bytes, str]:
    """Run a target's program.

    Returns
    -------
    tuple
        Exit status, standard output, standard error as text.

    Raises
    ------
    ToolchainError
        The target is only built, its emulator is missing, or the program does not run.
    """
    if not target.run_by:
        raise ToolchainError(f"target {target.name!r} is built here, not run; take {program.name} to such a machine")
    if not target.runner:
        return toolchain.run(program, arguments, stdin=stdin, seconds=seconds)
    found = shutil.which(target.runner[0])
    if found is None:
        raise ToolchainError(f"target {target.name!r} runs under {target.run_by}, which is not installed")
    if target.kind == "firmware":
        words = metal.command(metal.BOARDS[target.name], program.resolve(), *arguments)[1:]
    else:
        words = [*target.runner[1:], str(program), *arguments]
    return toolchain.run(Path(found), words, stdin=stdin, seconds=seconds)
