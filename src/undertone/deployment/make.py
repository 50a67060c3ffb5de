"""`make`: the C of a network and of what belongs to it, and around it what the target's kind is built from."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from undertone.deployment.arduino import make_arduino
from undertone.deployment.cmake import write_cmake
from undertone.deployment.firmware import make_firmware
from undertone.deployment.library import write_library
from undertone.deployment.program import make_program, make_sources
from undertone.deployment.request import Request
from undertone.deployment.shared_library import make_shared_library
from undertone.deployment.web import make_module

KINDS: dict[str, Callable[[Request, Path], Path]] = {
    "program": make_program,
    "module": make_module,
    "firmware": make_firmware,
    "shared library": make_shared_library,
    "Arduino library": make_arduino,
    "sources": make_sources,
}


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
    built = KINDS[request.target.kind](request, folder)
    write_cmake(request, folder)
    return built
