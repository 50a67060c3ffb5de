"""The C of a model as a library: everything but a main; programs, modules, firmware and packages are built from it."""

from __future__ import annotations

import shutil
from pathlib import Path

from undertone.compiler import emit_c
from undertone.compiler.planning.rolling import plan_for
from undertone.compiler.targets import own_math as needs_own_math
from undertone.deployment.golden import golden_network, golden_network_header, golden_run, golden_sounds
from undertone.deployment.listener import listener_header, listener_source
from undertone.deployment.one_voice import write_one_voice
from undertone.deployment.parts import ProgramParts
from undertone.deployment.request import Request
from undertone.deployment.sizes import state_bytes
from undertone.runtime import native
from undertone.runtime.host import FEATURE_SETS

_ALL_SETS = "#define UT_ONLY 0"


def write_library(request: Request, c: Path, *, own_math: bool = False) -> None:
    """Fill a new folder.

    Of every model: ``NAME.h``, ``NAME.c``, ``NAME_weights.c``, ``NAME_golden.c``. Of a bundle: ``NAME_listener.h`` and
    ``.c``, and the folders ``frontend``, ``listener`` and ``include``; of one that follows a voice also
    ``NAME_one_voice.h`` and ``.c``. Of a bare network: ``NAME_golden.h``.

    ``own_math`` brings the house's functions instead of math.h's even where the target has these.
    """
    c.mkdir(parents=True)
    word = request.word
    ours = own_math or needs_own_math(request.target, request.profile)
    made = emit_c(request.graph, word, own_math=ours, optimize=request.optimize, winograd=request.winograd)
    for name, content in made.items():
        (c / name).write_bytes(content.encode() if isinstance(content, str) else content)
    if request.parts:
        _write_listener(request.parts, word, arena_bytes(request), c)
    else:
        _write(c / f"{word}_golden.c", golden_network(golden_run(request.graph), word))
        _write(c / f"{word}_golden.h", golden_network_header(word))


def arena_bytes(request: Request) -> int:
    """Return what the network works in, as its header says."""
    return max(plan_for(request.lean, request.optimize).arena_bytes, 64)


def _write_listener(parts: ProgramParts, word: str, arena: int, c: Path) -> None:
    sizes = state_bytes(parts.settings, parts.rate, arena) if parts.settings.streams else {}
    _write(c / f"{word}_listener.h", listener_header(parts, word, sizes))
    _write(c / f"{word}_listener.c", listener_source(parts, word, streams=bool(sizes)))
    _write(c / f"{word}_golden.c", golden_sounds(parts.golden, word))
    for folder in ("frontend", "listener", "include"):
        shutil.copytree(native.C_DIR / folder, c / folder)
    if parts.voice is not None:
        write_one_voice(parts.voice, word, c, streams=bool(sizes))
    _one_set_alone(parts.settings.feature_set, c / "frontend" / "sets.c")


def _one_set_alone(feature_set: str, sets: Path) -> None:
    """Say in the copy of the front end which feature set the model hears by, so that linkers drop the others' code.

    In the file, not by a flag: Arduino's builder takes none, and people write build lines of their own.
    """
    text = sets.read_text(encoding="utf-8")
    assert text.count(_ALL_SETS) == 1, f"{sets}: no line {_ALL_SETS!r}"
    _write(sets, text.replace(_ALL_SETS, f"#define UT_ONLY {FEATURE_SETS[feature_set]} /* {feature_set} */"))


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
