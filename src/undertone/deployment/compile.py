"""`compile_model`: a bundle or a bare network to C and a program, in a folder that appears whole or not at all."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from undertone.bundle import load
from undertone.compiler import Graph, emit_c, optimise, read_model, toolchain
from undertone.compiler.emission.names import identifier
from undertone.compiler.importers import ENDINGS
from undertone.compiler.passes.memory import plan
from undertone.deployment.artefact import Artefact
from undertone.deployment.header import network_header, program_header
from undertone.deployment.parts import FrontEndSettings, GoldenSound, ProgramParts
from undertone.errors import InputError, NotFoundError, UnknownNameError, UnsupportedError
from undertone.runtime import native

TARGETS = ("native",)


def compile_model(model: Path, *, target: str = "native", out: Path) -> Artefact:
    """Compile a model.

    Parameters
    ----------
    model : Path
        A bundle: the program takes WAV files and prints JSON. A ``.h5``, ``.keras`` or ``.onnx``: it takes and
        gives raw float32.
    target : str
        What the program runs on: "native", this machine.
    out : Path
        The folder to make; one that `compile_model` made before is replaced.

    Returns
    -------
    Artefact
        The program, the C in ``out/c``, and sizes.

    Raises
    ------
    NotFoundError, ModelError, UnsupportedError, BundleError
        The model cannot be read, or has something that the compiler lacks.
    UnknownNameError
        No such target.
    MissingExtraError, ToolchainError
        No C compiler, or it failed.
    """
    model, out = Path(model), Path(out)
    if target not in TARGETS:
        raise UnknownNameError("target", target, TARGETS)
    if not model.is_file():
        raise NotFoundError(
            f"no model at {str(model)!r}; accepted: a bundle, or a file that ends in {', '.join(ENDINGS)}"
        )
    _refuse_foreign(out)
    parts: ProgramParts | None = None
    if model.suffix.lower() in ENDINGS:
        graph = read_model(model)
        _refuse_several(graph, model)
    else:
        parts = bundle_parts(model)
        graph = parts.graph
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}-") as draft:
        made = _make(graph, parts, identifier(parts.name if parts else model.stem), Path(draft) / "made")
        _replace(made, out)
    return _describe(graph, out, target, hears=parts is not None)


def bundle_parts(path: Path) -> ProgramParts:
    """Turn a bundle into plain values."""
    bundle = load(path)
    f = bundle.frontend
    golden = tuple(GoldenSound(g.name, g.rate, g.pcm, len(g.features), g.scores) for g in bundle.golden)
    return ProgramParts(
        bundle.graph,
        FrontEndSettings(f.feature_set, f.segmentation, f.segment_s, f.trim_db),
        bundle.labels,
        bundle.mean,
        bundle.inv_scale,
        bundle.temperature,
        bundle.name,
        bundle.sha256,
        golden,
    )


def _make(graph: Graph, parts: ProgramParts | None, word: str, folder: Path) -> Path:
    """Write C and program into a new folder."""
    c = folder / "c"
    c.mkdir(parents=True)
    for name, content in emit_c(graph, word).items():
        (c / name).write_bytes(content.encode() if isinstance(content, str) else content)
    (c / "model.h").write_text(program_header(parts, word) if parts else network_header(graph, word), encoding="utf-8")
    program_c = native.C_DIR / "program" / ("main.c" if parts else "network.c")
    shutil.copy(program_c, c / "main.c")
    if parts:
        shutil.copytree(native.C_DIR / "frontend", c / "frontend")
        shutil.copytree(native.C_DIR / "include", c / "include")
    sources = sorted(c.rglob("*.c"))
    program = folder / (f"{word}.exe" if sys.platform == "win32" else word)
    toolchain.build(sources, program, include=[c, c / "include"], flags=["-ffp-contract=on"])
    (folder / "build.txt").write_text(_build_lines(c, word, sources), encoding="utf-8")
    return folder


def _build_lines(c: Path, word: str, sources: list[Path]) -> str:
    names = " ".join(path.relative_to(c.parent).as_posix() for path in sources)
    command = f"cc -std=c11 -O3 -march=native -Ic -Ic/include {names} -lm -o {word}"
    return f"# With any C11 compiler of the GNU kind, from this folder:\n{command}\n"


def _replace(made: Path, out: Path) -> None:
    if out.exists():
        old = made.parent / "old"
        out.rename(old)
        shutil.rmtree(old)
    made.rename(out)


def _refuse_foreign(out: Path) -> None:
    if out.exists() and (not out.is_dir() or (any(out.iterdir()) and not (out / "build.txt").is_file())):
        raise InputError(f"{out}: exists and was not made by compile; name another folder, or remove it")


def _refuse_several(graph: Graph, model: Path) -> None:
    if len(graph.inputs) != 1 or len(graph.outputs) != 1:
        raise UnsupportedError(
            f"{model}: has {len(graph.inputs)} inputs and {len(graph.outputs)} outputs; a program takes one of each"
        )


def _describe(graph: Graph, out: Path, target: str, *, hears: bool) -> Artefact:
    lean = optimise(graph)
    memory = plan(lean)
    program = next(p for p in out.iterdir() if p.is_file() and p.name != "build.txt")
    sources = tuple(sorted(p for p in (out / "c").rglob("*") if p.is_file()))
    weights = sum(a.size for a in lean.constants.values())
    return Artefact(out, program, sources, target, hears, weights, memory.arena_bytes, memory.bound_bytes)
