"""Programs: WAV files in and JSON out, or floats in and floats out; and the same as sources alone."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from undertone.compiler.targets import profile_flags
from undertone.deployment.request import Request
from undertone.runtime import native


def make_program(request: Request, folder: Path) -> Path:
    """Add the program's own C, and build it."""
    make_sources(request, folder)
    ending = request.target.ending or (".exe" if sys.platform == "win32" and not request.target.triple else "")
    return request.build(folder, folder / f"{request.word}{ending}")


def make_sources(request: Request, folder: Path) -> Path:
    """Add the program's own C and the line that builds it; return where the line stands."""
    shutil.copy(native.C_DIR / "program" / ("main.c" if request.hears else "network.c"), folder / "c" / "main.c")
    names = " ".join(path.relative_to(folder).as_posix() for path in sorted((folder / "c").rglob("*.c")))
    flags = " ".join(profile_flags(request.profile))
    command = f"cc -std=c11 -O3 -march=native {flags} -fno-math-errno -Ic -Ic/include {names} -lm -o {request.word}"
    lines = folder / "build.txt"
    lines.write_text(f"# With any C11 compiler of the GNU kind, from this folder:\n{command}\n", encoding="utf-8")
    return lines
