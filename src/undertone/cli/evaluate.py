"""``undertone evaluate RUN``: what a network is worth on voices that it never heard."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from undertone.evaluation import Figures


def evaluate(
    model: Path = typer.Argument(
        ..., metavar="RUN", help="A run folder that `undertone train` made; with --on also a bundle."
    ),
    tutorial: bool = typer.Option(
        True, "--tutorial/--no-tutorial", help="Show the random split's figure beside (trains once more)."
    ),
    on: str | None = typer.Option(None, "--on", metavar="CORPUS", help="Judge on another corpus, all of it."),
    labels: str | None = typer.Option(None, "--labels", help="With --on: judge clips of these labels alone."),
    as_json: bool = typer.Option(False, "--json", help="One JSON object on stdout."),
) -> None:
    """Judge a run on its held-out speakers: UAR and accuracy with 95 % intervals, per speaker, per sex, confusions."""
    from undertone.cli import terminal
    from undertone.cli.figures import as_values, show
    from undertone.experiment import evaluate_run
    from undertone.experiment.evaluate import Evaluation

    if on is not None:
        evaluation = Evaluation(_elsewhere(model, on, labels), None)
    else:
        evaluation = evaluate_run(model, tutorial=tutorial, steps=terminal.bar)
    if as_json:
        print(as_values(evaluation))
        return
    show(evaluation)
    if on is None:
        terminal.say(terminal.plain(f"confusions: {model / 'confusion.svg'}"))
        terminal.say(f"all of it: [bold]{terminal.plain(model / 'report.html')}[/bold]")


def _elsewhere(model: Path, on: str, labels: str | None) -> Figures:
    from undertone.bundle import load
    from undertone.cli import terminal
    from undertone.corpora import load as load_corpus
    from undertone.experiment.elsewhere import evaluate_elsewhere
    from undertone.experiment.train import BUNDLE

    bundle = load(model / BUNDLE if model.is_dir() else model)
    only = [label.strip() for label in labels.split(",") if label.strip()] if labels else None
    return evaluate_elsewhere(bundle, load_corpus(on), only=only, steps=terminal.bar)
