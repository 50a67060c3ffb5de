"""A shared library that needs no other: all functions of the model's headers."""

from __future__ import annotations

from pathlib import Path

from undertone.deployment.request import Request


def make_shared_library(request: Request, folder: Path) -> Path:
    """Build ``libNAME.so``."""
    word = request.word
    header = f"c/{word}_listener.h" if request.parts else f"c/{word}.h"
    lines = (
        f"# {request.target.machine}.\n# lib{word}.so needs no other library, not even libc. What it gives: {header}\n"
    )
    (folder / "build.txt").write_text(lines, encoding="utf-8", newline="\n")
    return request.build(folder, folder / f"lib{word}{request.target.ending}")
