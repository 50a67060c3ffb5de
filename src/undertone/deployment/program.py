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
    """Write what says to the C around a model which model it is; a model may be called "model"."""
    word, big = request.word, request.word.upper()
    if request.parts:
        header, names = f"{word}_listener.h", {"MODEL": f"{word}_model", "MODEL_LABELS": f"{big}_LABELS"}
        names |= {"MODEL_GOLDEN": f"{word}_golden", "MODEL_GOLDEN_COUNT": f"{big}_GOLDEN_COUNT"}
        calls = ["state", "init", "feed", "end", "result", "check"] if request.parts.settings.streams else []
        if request.parts.voice is not None:
            header, names = f"{word}_one_voice.h", names | {"MODEL_FOLLOWS": "1"}
            calls += ["voice", "new_voice", "voice_clip"]
    else:
        header, names = f"{word}_golden.h", {"MODEL_NAME": text(request.graph.name)}
        names |= {f"MODEL_{n}": f"{big}_{n}" for n in ("INPUT_COUNT", "OUTPUT_COUNT", "ARENA_BYTES")}
        calls = ["run", "check"]
    names |= {f"model_{call}": f"{word}_{call}" for call in calls}
    lines = [f"#define {name} {meant}" for name, meant in names.items() if name != meant]
    guard = ["#ifndef UT_PROGRAM_H", "#define UT_PROGRAM_H"]
    return "\n".join([*guard, "", f'#include "{header}"', "", *lines, "", "#endif", ""])
