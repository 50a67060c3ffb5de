"""Firmware: a program for bare metal that replays golden vectors, and an object to link into firmware of one's own."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

from undertone.compiler.targets import TARGETS
from undertone.deployment.program import model_header
from undertone.deployment.request import Request
from undertone.runtime import metal, native


def make_firmware(request: Request, folder: Path) -> Path:
    """Build ``NAME.o``, the whole model in one object, and ``NAME.elf``, which replays golden vectors.

    Raises
    ------
    UnsupportedError
        The bundle's segments have no bounded length, so that no memory is enough.
    """
    request.need_bounded_segments()
    board, word = metal.BOARDS[request.target.name], request.word
    kind = "listener" if request.parts else "network"
    program = folder / "program"
    shutil.copytree(metal.METAL_DIR, program / "metal")
    shutil.copy(native.C_DIR / "program" / f"{kind}_firmware.c", program / "main.c")
    (program / "model.h").write_text(model_header(request), encoding="utf-8", newline="\n")
    (folder / "build.txt").write_text(_lines(request, kind), encoding="utf-8", newline="\n")
    _without_board(request).build(folder, folder / f"{word}.o", ("-r", "-nostdlib"))
    return request.build(folder, folder / f"{word}.elf", main="main.c", beside=metal.sources(board))


def _without_board(request: Request) -> Request:
    """Leave out the linker's flags: its script lays out a whole board, and drops all that no program calls."""
    flags = tuple(flag for flag in request.target.flags if not flag.startswith("-Wl,"))
    return dataclasses.replace(request, target=dataclasses.replace(request.target, flags=flags))


def _lines(request: Request, kind: str) -> str:
    word, board = request.word, metal.BOARDS[request.target.name]
    header = f"c/{word}_listener.h" if kind == "listener" else f"c/{word}.h"
    return "\n".join(
        [
            f"# {TARGETS[request.target.name].machine}.",
            f"# {word}.o is the whole model; link it into firmware of your own. What it gives: {header}",
            "# Replay the golden vectors under the emulator, from this folder:",
            " ".join(metal.command(board, Path(f"{word}.elf"))),
            "",
        ]
    )
