"""Figures on the terminal: the honest one first, the tutorial's beside it under its true name."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from rich.table import Table

from undertone.cli import terminal
from undertone.config import to_dict

if TYPE_CHECKING:
    from undertone.evaluation import Figures, GroupFigures
    from undertone.experiment.evaluate import Evaluation


def as_values(evaluation: Evaluation) -> str:
    """Write an evaluation as one JSON object."""
    values = {"honest": to_dict(evaluation.honest), "tutorial": evaluation.tutorial and to_dict(evaluation.tutorial)}
    return json.dumps(values, ensure_ascii=False)


def show(evaluation: Evaluation) -> None:
    """Print what a run is worth."""
    table = Table(title="What it is worth", title_justify="left", show_edge=False, pad_edge=False)
    for head in ("protocol", "UAR %", "95 % interval", "accuracy %", "95 % interval", ""):
        table.add_column(head, justify="left" if head in ("protocol", "") else "right")
    for figures in (evaluation.honest, evaluation.tutorial):
        if figures is not None:
            table.add_row(*row(figures), style="" if figures.honest else "dim")
    terminal.out.print(table)
    _groups("by speaker", evaluation.honest.per_speaker)
    _groups("by sex", evaluation.honest.per_sex)
    if evaluation.honest.speakers < 5:
        terminal.out.print(
            f"[dim]{evaluation.honest.speakers} speakers judge: the interval says little about the next voice[/dim]"
        )


def row(figures: Figures) -> tuple[str, ...]:
    """One figure as the cells of a table."""
    name = figures.protocol if figures.honest else f"{figures.protocol}  NOT speaker-independent"
    return (
        name,
        f"{100 * figures.uar:.1f}",
        f"{100 * figures.uar_low:.1f} to {100 * figures.uar_high:.1f}",
        f"{100 * figures.accuracy:.1f}",
        f"{100 * figures.accuracy_low:.1f} to {100 * figures.accuracy_high:.1f}",
        "" if figures.honest else figures.why,
    )


def _groups(title: str, groups: tuple[GroupFigures, ...]) -> None:
    if groups:
        shown = ", ".join(f"{group.name} {100 * group.uar:.1f}" for group in groups)
        terminal.out.print(f"UAR {title}: {shown}")
