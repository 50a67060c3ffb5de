"""`compile_model`: a bundle or a bare network to C and a program, in a folder that appears whole or not at all."""

from __future__ import annotations

import dataclasses
import shutil
import tempfile
from pathlib import Path
from typing import Any

from undertone.bundle import load
from undertone.compiler import Graph, read_model
from undertone.compiler.importers import ENDINGS
from undertone.compiler.passes.quantise import in_integers, islands
from undertone.compiler.planning.rolling import check_goal, plan_for
from undertone.compiler.targets import TARGETS, profile_flags
from undertone.deployment.arduino import MICROPHONE_RATE
from undertone.deployment.artefact import Artefact
from undertone.deployment.before_after import before_and_after
from undertone.deployment.hearing import bundle_parts, voice_parts
from undertone.deployment.make import make
from undertone.deployment.naming import word_of
from undertone.deployment.parts import ProgramParts
from undertone.deployment.quantised import check_dtype, quantised_bundle, quantised_network
from undertone.deployment.report_page import write_report
from undertone.deployment.request import Request
from undertone.errors import ConfigError, InputError, NotFoundError, UnsupportedError


def compile_model(
    model: Path,
    *,
    target: str = "native",
    profile: str = "fast",
    optimize: str = "speed",
    dtype: str = "f32",
    calibrate: str = "",
    rate: int = 0,
    one_voice: bool = False,
    report: bool = True,
    out: Path,
) -> Artefact:
    """Compile a model.

    Parameters
    ----------
    model : Path
        A bundle: the program takes WAV files and prints JSON. A ``.h5``, ``.keras`` or ``.onnx``: it takes and
        gives raw float32.
    target : str
        What it is built for: a name of `TARGETS`; "native" is this machine.
    profile : str
        "fast", or "reproducible": the same bits on all targets.
    optimize : str
        "speed", or "ram": layers are rolled through windows where the working memory gets smaller by it.
    dtype : str
        "f32", or "s8": quantised after training, as far as the operators have a form in integers. A bundle that is in
        integers already stays so.
    calibrate : str
        For "s8", what ranges are taken from (`undertone.deployment.quantised`): a bundle's own rows when empty.
    rate : int
        Of the microphone, in Hz, for sound that comes in bit by bit; 0: what the front end wants, of an Arduino library
        the 16 kHz of its microphones. Of bundles alone.
    one_voice : bool
        Add calls, and to a program an option, that follow one voice without enrolment. Of bundles in float32 alone that
        have a line for a known voice; with ``dtype="s8"`` that line stays in float32.
    report : bool
        Measure what was made, for ``report.json`` and ``report.html``; it takes a few seconds.
    out : Path
        The folder to make; one that `compile_model` made before is replaced.

    Returns
    -------
    Artefact
        What was built, the C in ``out/c``, and sizes.

    Raises
    ------
    NotFoundError, ModelError, UnsupportedError, BundleError
        The model cannot be read, or has something that the compiler lacks.
    UnknownNameError
        No such target, profile, goal of optimize or dtype.
    ConfigError
        The rate is out of range, or the model takes no sound; a voice is to be followed by what takes none.
    InputError
        Nothing to calibrate with, or ``calibrate`` for a network in float32.
    MissingExtraError, ToolchainError
        No C compiler, or it failed.
    """
    model, out = Path(model), Path(out)
    chosen = TARGETS[target]
    profile_flags(profile)
    check_goal(optimize)
    check_dtype(dtype, calibrate)
    _refuse_missing(model)
    _refuse_foreign(out)
    parts: ProgramParts | None = None
    changed: dict[str, Any] = {}
    if model.suffix.lower() in ENDINGS:
        graph = read_model(model)
        _refuse_several(graph, model)
        if rate:
            raise ConfigError(
                f"rate={rate}: a bare network takes numbers, not sound; compile a bundle, or leave the rate"
            )
        if one_voice:
            raise ConfigError(
                "one voice: a bare network takes numbers, not sound, and knows no voice; compile a bundle"
            )
        graph = quantised_network(graph, calibrate) if dtype == "s8" else graph
    else:
        bundle = load(model)
        voice = voice_parts(bundle) if one_voice else None
        dtype = "s8" if in_integers(bundle.graph) else dtype
        rate = rate or (MICROPHONE_RATE if chosen.kind == "Arduino library" else 0)
        chosen_bundle = quantised_bundle(bundle, calibrate) if dtype == "s8" else bundle
        changed = before_and_after(bundle, chosen_bundle) if chosen_bundle is not bundle and report else {}
        parts = dataclasses.replace(bundle_parts(chosen_bundle, rate=rate), voice=voice)
        graph = parts.graph
    word = word_of(parts.name if parts else model.stem)
    return compile_request(Request(graph, parts, word, chosen, profile, optimize, dtype, changed), out, report=report)


def compile_request(request: Request, out: Path, *, report: bool = False) -> Artefact:
    """Make what is already read: of a `Graph`, or of a bundle's parts; else as `compile_model`."""
    _refuse_foreign(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}-") as draft:
        folder = Path(draft) / "made"
        built = make(request, folder).relative_to(folder)
        if report:
            write_report(request, folder, folder / built)
        _replace(folder, out)
    return _describe(request, out, out / built)


def _replace(made: Path, out: Path) -> None:
    if out.exists():
        old = made.parent / "old"
        out.rename(old)
        shutil.rmtree(old)
    made.rename(out)


def _refuse_missing(model: Path) -> None:
    accepted = f"accepted: a bundle, or a file that ends in {', '.join(ENDINGS)}"
    if model.is_dir():
        inside = sorted(p for p in model.iterdir() if p.suffix in (".undertone", *ENDINGS))
        named = f"; name the file inside it: {', '.join(map(str, inside))}" if inside else ", and no model lies in it"
        raise InputError(f"{str(model)!r} is a folder{named}; {accepted}")
    if not model.is_file():
        raise NotFoundError(f"no model at {str(model)!r}; {accepted}")


def _refuse_foreign(out: Path) -> None:
    if out.exists() and (not out.is_dir() or (any(out.iterdir()) and not (out / "build.txt").is_file())):
        raise InputError(f"{out}: exists and was not made by compile; name another folder, or remove it")


def _refuse_several(graph: Graph, model: Path) -> None:
    if len(graph.inputs) != 1 or len(graph.outputs) != 1:
        raise UnsupportedError(
            f"{model}: has {len(graph.inputs)} inputs and {len(graph.outputs)} outputs; a program takes one of each"
        )
    for name in (*graph.inputs, *graph.outputs):
        if graph.tensors[name].dtype != "float32":
            raise UnsupportedError(
                f"{model}: {name!r} is {graph.tensors[name]}; a program takes and gives float32: put a Cast at its ends"
            )


def _describe(request: Request, out: Path, built: Path) -> Artefact:
    lean = request.lean
    memory = plan_for(lean, request.optimize)
    sources = tuple(sorted(p for p in (out / "c").rglob("*") if p.is_file()))
    weights = sum(a.size for a in lean.constants.values())
    return Artefact(
        out,
        built,
        sources,
        request.target.name,
        request.hears,
        weights,
        memory.arena_bytes,
        memory.bound_bytes,
        request.dtype,
        tuple(f"{n.name or n.outputs[0]} ({n.op})" for n in islands(lean)) if request.dtype == "s8" else (),
        request.parts.labels if request.parts else (),
        (request.parts.unknown_below or None) if request.parts else None,
    )
