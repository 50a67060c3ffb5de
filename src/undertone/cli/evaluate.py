"""``undertone evaluate RUN``: what a network is worth on voices that it never heard."""

from __future__ import annotations

from pathlib import Path

import typer


def evaluate(
    run: Path = typer.Argument(..., help="A run folder that `undertone train` made."),
    tutorial: bool = typer.Option(
        True, "--tutorial/--no-tutorial", help="Show the random split's figure beside (trains once more)."
    ),
    as_json: bool = typer.Option(False, "--json", help="One JSON object on stdout."),
) -> None:
    """Judge a run on its held-out speakers: UAR and accuracy with 95 % intervals, per speaker, per sex, confusions."""
    from undertone.cli import terminal
    from undertone.cli.figures import as_values, show
    from undertone.experiment import evaluate_run

    evaluation = evaluate_run(run, tutorial=tutorial, steps=terminal.bar)
    if as_json:
        print(as_values(evaluation))
    else:
        show(evaluation)
        terminal.say(terminal.plain(f"confusions: {run / 'confusion.svg'}"))
        terminal.say(f"all of it: [bold]{terminal.plain(run / 'report.html')}[/bold]")
