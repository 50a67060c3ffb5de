"""`make`: the C of a network and of what belongs to it, and around it what the target's kind is built from."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from undertone.deployment.library import write_library
from undertone.deployment.program import make_program, make_sources
from undertone.deployment.request import Request

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
    write_library(request, folder / "c")
    return KINDS[request.target.kind](request, folder)
