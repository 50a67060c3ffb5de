"""``undertone predict FILE...``: what a recording sounds like, segment by segment and as a whole."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from undertone.cli import terminal
from undertone.errors import UndertoneError

if TYPE_CHECKING:
    from undertone.bundle import Bundle
    from undertone.types import Prediction

_ASSUMED = (
    "one voice: assumed is that one person speaks, and that the recordings cover the ways of speaking about evenly"
)


def predict(
    files: list[str] = typer.Argument(
        ..., metavar="FILE", help="Recordings: wav, flac, mp3, ogg; any rate and length."
    ),
    bundle: Path | None = typer.Option(
        None, "--bundle", "-b", help="A file, or the name of one that ships: emodb (default), english, english-tiny."
    ),
    unknown_below: float | None = typer.Option(
        None,
        "--unknown-below",
        min=0.0,
        max=1.0,
        help="Answer 'unknown' where the best score is lower [default: the bundle's own].",
    ),
    one_voice: bool = typer.Option(
        False,
        "--one-voice",
        help="The recordings are of one person, in this order: each is answered by what the ones before it told of the "
        "voice. It assumes that they cover the ways of speaking about evenly.",
    ),
    as_json: bool = typer.Option(False, "--json", help="One JSON object a file on stdout."),
) -> None:
    """Say which emotion a recording sounds like, with a timeline.

    The bundle that ships learned from EMO-DB (ten German actors): its answers are angry, boredom, disgust, fear, happy,
    neutral and sad. It has no surprise and no calm, and nothing is mapped to them.
    """
    from undertone.bundle.card_tables import not_for_sale
    from undertone.recognition import predict_file, to_json
    from undertone.recognition.one_voice import follow_file, nobody
    from undertone.recognition.shipped import load_or_shipped

    model = load_or_shipped(bundle)
    failed, voice = False, nobody(model) if one_voice else None
    refusal = not_for_sale(model.card)
    if refusal:
        print(f"undertone: note: {model.name}: {refusal}", file=sys.stderr, flush=True)
    if not as_json:
        _introduce(model, shipped=bundle is None)
        if one_voice:
            terminal.err.print(f"[dim]{_ASSUMED}[/dim]", soft_wrap=True)
    for file in files:
        heard = None if voice is None else voice.segments
        try:
            if voice is None:
                prediction = predict_file(model, file, unknown_below=unknown_below)
            else:
                prediction, voice = follow_file(model, voice, file, unknown_below=unknown_below)
        except UndertoneError as error:
            failed = True
            print(f"undertone: error: {error}", file=sys.stderr, flush=True)
            continue
        for note in prediction.notes:
            print(f"undertone: note: {file}: {note}", file=sys.stderr, flush=True)
        if as_json:
            print(to_json(prediction, model, heard=heard), flush=True)
        else:
            _show(prediction)
    if failed:
        raise typer.Exit(1)


def _introduce(model: Bundle, *, shipped: bool) -> None:
    which = "the bundle that ships" if shipped else "bundle"
    labels = ", ".join(model.labels)
    terminal.err.print(f"[dim]{terminal.plain(f'{which}: {model.name}; it answers {labels}')}[/dim]", soft_wrap=True)


def _show(prediction: Prediction) -> None:
    order = sorted(zip(prediction.labels, prediction.scores, strict=True), key=lambda pair: -pair[1])
    best, score = prediction.label, order[0][1]
    after = order[1:4] if best == order[0][0] else order[:3]
    rest = ", ".join(f"{terminal.plain(label)} {100 * value:.0f}" for label, value in after)
    file, best = terminal.plain(prediction.file), terminal.plain(best)
    terminal.say(f"[bold]{file}[/bold]  [bold]{best}[/bold] {100 * score:.0f} %  [dim]{rest}[/dim]")
    if len(prediction.segments) > 1:
        for segment, row in zip(prediction.segments, prediction.segment_scores, strict=True):
            label = terminal.plain(f"{prediction.answer_to(row):<9}")
            width = round(20 * float(row.max()))
            terminal.say(
                f"  {segment.begin_s:7.2f} - {segment.end_s:7.2f} s  {label} {'█' * width} {100 * row.max():.0f} %"
            )
