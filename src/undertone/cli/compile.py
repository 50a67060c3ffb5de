"""``undertone compile MODEL``: a network, with its front end where it has one, to readable C and a program."""

from __future__ import annotations

from pathlib import Path

import typer


def compile_verb(
    model: Path = typer.Argument(
        ..., metavar="MODEL", help="A bundle or one that ships by its name, .h5, .keras, .onnx."
    ),
    target: str = typer.Option("native", "--target", help="What it is built for; see `undertone targets`."),
    profile: str = typer.Option(
        "fast", "--profile", help="fast, or reproducible: the same bits on all targets, in up to twice the time."
    ),
    optimize: str = typer.Option("speed", "--optimize", help="speed, or ram for less working memory."),
    rate: int = typer.Option(0, "--rate", help="Of the microphone, in Hz; default: what the front end wants."),
    dtype: str = typer.Option("f32", "--dtype", help="f32, or s8: a quarter of the memory, integers."),
    calibrate: str = typer.Option(
        "", "--calibrate", help="For s8: a corpus, or a .npy of inputs; a bundle has rows of its own."
    ),
    one_voice: bool = typer.Option(
        False,
        "--one-voice",
        help="Follow one person without enrolment, as predict --one-voice does: PROGRAM --one-voice FILE..., and in C.",
    ),
    report: bool = typer.Option(True, help="Measure what was made: report.html says what it costs and where it fits."),
    out: Path | None = typer.Option(None, "--out", "-o", help="The folder to write; default: the model's name + '_c'."),
) -> None:
    """Compile a model to readable C and a program.

    From a bundle, the program takes WAV files and prints the JSON that `undertone predict --json` prints. From a bare
    network, it takes and gives raw float32.
    """
    from undertone.cli import terminal
    from undertone.deployment import compile_model
    from undertone.recognition.shipped import path_of

    folder, model = out or Path(f"{model.stem}_c"), path_of(model)
    how = {"target": target, "profile": profile, "optimize": optimize, "dtype": dtype, "calibrate": calibrate}
    artefact = compile_model(model, **how, rate=rate, one_voice=one_voice, report=report, out=folder)
    for line in artefact.summary():
        terminal.say(terminal.plain(line))
