"""`make`: the C of a network and of what belongs to it, and around it what the target's kind is built from."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from undertone.compiler import emit_c
from undertone.compiler.targets import own_math
from undertone.deployment.header import network_header, program_header
from undertone.deployment.program import make_program, make_sources
from undertone.deployment.request import Request
from undertone.runtime import native

KINDS: dict[str, Callable[[Request, Path], Path]] = {"program": make_program, "sources": make_sources}


def make(request: Request, folder: Path) -> Path:
    """Fill a new folder.

    Parameters
    ----------
    request : Request
        What is to be made.
    folder : Path
        Does not exist yet.

    Returns
    -------
    Path
        What was built, inside the folder.
    """
    c = folder / "c"
    c.mkdir(parents=True)
    alone = own_math(request.target, request.profile)
    for name, content in emit_c(request.graph, request.word, own_math=alone, optimize=request.optimize).items():
        (c / name).write_bytes(content.encode() if isinstance(content, str) else content)
    if request.parts:
        header = program_header(request.parts, request.word)
        shutil.copytree(native.C_DIR / "frontend", c / "frontend")
        shutil.copytree(native.C_DIR / "include", c / "include")
    else:
        header = network_header(request.graph, request.word)
    (c / "model.h").write_text(header, encoding="utf-8")
    return KINDS[request.target.kind](request, folder)
