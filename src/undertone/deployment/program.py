"""Programs: WAV files in and JSON out, or floats in and floats out; and the same as sources alone."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from undertone.compiler.targets import profile_flags
from undertone.deployment.literals import text
from undertone.deployment.request import Request
from undertone.runtime import native


def make_program(request: Request, folder: Path) -> Path:
    """Add the program's own C, and build it."""
    make_sources(request, folder)
    ending = request.target.ending or (".exe" if sys.platform == "win32" and not request.target.triple else "")
    return request.build(folder, folder / f"{request.word}{ending}", main="main.c")


def make_sources(request: Request, folder: Path) -> Path:
    """Add the C of the program and of its test, and the lines that build them; return where the lines stand."""
    (folder / "program").mkdir()
    kind = "listener" if request.parts else "network"
    shutil.copy(native.C_DIR / "program" / ("main.c" if request.hears else "network.c"), folder / "program" / "main.c")
    if not request.parts or request.parts.settings.streams:
        shutil.copy(native.C_DIR / "program" / f"test_{kind}.c", folder / "program" / "test.c")
    (folder / "program" / "model.h").write_text(model_header(request), encoding="utf-8", newline="\n")
    lines = folder / "build.txt"
    lines.write_text(_build_lines(request, folder), encoding="utf-8", newline="\n")
    return lines


def _build_lines(request: Request, folder: Path) -> str:
    names = " ".join(path.relative_to(folder).as_posix() for path in sorted((folder / "c").rglob("*.c")))
    flags = " ".join(profile_flags(request.profile))
    command = f"cc -std=c11 -O3 -march=native {flags} -fno-math-errno -Ic -Ic/include -Iprogram {names}"
    mains = [path.name for path in sorted((folder / "program").glob("*.c"))]
    out = {"main.c": request.word, "test.c": f"{request.word}_test"}
    lines = [f"{command} program/{main} -lm -o {out[main]}" for main in mains]
    return "\n".join(
        ["# With any C11 compiler of the GNU kind, from this folder; cmake reads CMakeLists.txt:", *lines, ""]
    )


def model_header(request: Request) -> str:
    """Write what says to the C around a model which model it is."""
    word, big = request.word, request.word.upper()
    if request.parts:
        lines = [
            f'#include "{word}_listener.h"',
            "",
            f"#define MODEL {word}_model",
            f"#define MODEL_LABELS {big}_LABELS",
        ]
        lines += [f"#define MODEL_GOLDEN {word}_golden", f"#define MODEL_GOLDEN_COUNT {big}_GOLDEN_COUNT"]
        if request.parts.settings.streams:
            lines += [f"#define model_{n} {word}_{n}" for n in ("state", "init", "feed", "end", "result")]
    else:
        lines = [f'#include "{word}_golden.h"', "", f"#define MODEL_NAME {text(request.graph.name)}"]
        lines += [f"#define MODEL_{n} {big}_{n}" for n in ("INPUT_COUNT", "OUTPUT_COUNT", "ARENA_BYTES")]
        lines += [f"#define model_run {word}_run"]
    checks = [f"#define model_check {word}_check"] if not request.parts or request.parts.settings.streams else []
    return "\n".join(["#ifndef MODEL_H", "#define MODEL_H", "", *lines, *checks, "", "#endif", ""])
