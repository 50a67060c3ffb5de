"""Figures on the terminal: the honest one first, the tutorial's beside it under its true name."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.table import Table

from undertone.bundle import card_tables
from undertone.cli import terminal
from undertone.config import to_dict

if TYPE_CHECKING:
    from undertone.evaluation import Figures
    from undertone.evaluation.quoted import Quoted
    from undertone.experiment.comparison import Comparison
    from undertone.experiment.evaluate import Evaluation
    from undertone.experiment.robustness import Robustness


def as_values(evaluation: Evaluation) -> str:
    """Write an evaluation as one JSON object."""
    parts = {"honest": evaluation.honest, "tutorial": evaluation.tutorial, "robustness": evaluation.robustness}
    values = {name: part and to_dict(part) for name, part in parts.items()}
    return json.dumps(values, ensure_ascii=False)


def show(evaluation: Evaluation) -> None:
    """Print what a run is worth."""
    told = [figures for figures in (evaluation.honest, evaluation.tutorial) if figures is not None]
    terminal.out.print(figures_table([("this run", figures) for figures in told]))
    for figures in told:
        if not figures.honest:
            terminal.out.print(f"[dim]{terminal.plain(f'{figures.protocol}: {figures.why}')}[/dim]")
    honest = to_dict(evaluation.honest)
    terminal.out.print(_table("Whom it hears", card_tables.GROUPS_HEAD, card_tables.group_rows(honest)))
    if evaluation.honest.coverage:
        title = "What answering less gains (--unknown-below)"
        terminal.out.print(_table(title, card_tables.COVERAGE_HEAD, card_tables.coverage_rows(honest)))
        terminal.out.print(*card_tables.sure_words(honest))
    if evaluation.robustness is not None:
        show_robustness(evaluation.robustness)
    judges = evaluation.honest.speakers
    if judges < 5:
        who = "1 speaker judges" if judges == 1 else f"{judges} speakers judge"
        terminal.out.print(f"[dim]{who}: the interval says little about the next voice[/dim]")


def show_robustness(found: Robustness) -> None:
    """Print what each condition leaves of the figure."""
    from undertone.augment.conditions import Condition

    head = ["condition", "UAR %", "95 %", "change", "mean best score %"]
    rows = []
    for hearing in (found.clean, *found.hearings):
        name = "as recorded" if hearing.kind == "clean" else Condition(hearing.kind, hearing.strength).name
        change = 100 * (hearing.uar - found.clean.uar)
        between = f"{100 * hearing.low:.0f} to {100 * hearing.high:.0f}"
        rows.append([name, f"{100 * hearing.uar:.1f}", between, f"{change:+.1f}", f"{100 * hearing.confidence:.0f}"])
    terminal.out.print(_table("Under noise, in rooms, over lines", head, rows))
    for reason in found.refused:
        terminal.out.print(f"[dim]{terminal.plain(reason)}[/dim]")


def show_comparison(model: str, comparison: Comparison) -> None:
    """Print one network under several protocols, and which of its figures to believe."""
    who = model if comparison.seeds == 1 else f"{model}, {comparison.seeds} seeds"
    table = figures_table([(who, figures) for figures in comparison.figures])
    for row in comparison.quoted:
        cells = (f"{row.value:.1f}", "") if row.measure == "UAR" else ("", f"{row.value:.1f}")
        told = "quoted" if row.found else "unchecked"
        table.add_row(terminal.plain(row.who), terminal.plain(row.protocol), *cells, told, style="dim")
    terminal.out.print(table)
    for said in _sources(comparison.quoted):
        terminal.out.print(f"[dim]{terminal.plain(said)}[/dim]")
    for figures in comparison.figures:
        if not figures.honest:
            told = f"{figures.protocol}: not speaker-independent: {figures.why}"
            terminal.out.print(f"[dim]{terminal.plain(told)}[/dim]")
    if comparison.unheard:
        terminal.out.print(f"[dim]{terminal.plain(comparison.unheard)}[/dim]")
    for reason in comparison.refused:
        terminal.out.print(f"[dim]{terminal.plain(f'cannot be served: {reason}')}[/dim]")


def _sources(quoted: Sequence[Quoted]) -> list[str]:
    """Say once for each publication what is quoted from it, where it stands, and why not to compare straight away."""
    works: dict[tuple[str, ...], list[str]] = {}
    for row in quoted:
        lost = "" if row.found else row.checked
        works.setdefault((row.protocol, row.work, row.source, lost, row.caveat), []).append(row.who)
    return [
        f"quoted, not measured here: {'; '.join(who)} on {protocol}: {'; '.join(filter(None, rest))}"
        for (protocol, *rest), who in works.items()
    ]


def figures_table(told: Sequence[tuple[str, Figures]]) -> Table:
    """Lay figures out under each other: who measured, protocol, UAR and accuracy with their 95 % intervals."""
    table = Table(title="What it is worth (95 % intervals)", title_justify="left", show_edge=False, pad_edge=False)
    table.add_column("")
    table.add_column("protocol", overflow="fold")
    table.add_column("UAR %", justify="right", no_wrap=True)
    table.add_column("accuracy %", justify="right", no_wrap=True)
    table.add_column("new voices")
    for who, figures in told:
        cells = (who, terminal.plain(figures.protocol), *_cells(figures), "yes" if figures.honest else "NO")
        table.add_row(*cells, style="bold" if figures.honest else "dim")
    return table


def _cells(figures: Figures) -> tuple[str, str]:
    uar = f"{100 * figures.uar:.1f} ({100 * figures.uar_low:.0f} to {100 * figures.uar_high:.0f})"
    accuracy = f"{100 * figures.accuracy:.1f} ({100 * figures.accuracy_low:.0f} to {100 * figures.accuracy_high:.0f})"
    return uar, accuracy


def _table(title: str, head: list[str], rows: list[list[str]]) -> Table:
    table = Table(title=title, title_justify="left", show_edge=False, pad_edge=False)
    for place, name in enumerate(head):
        table.add_column(name, justify="right" if place or name.endswith("%") else "left")
    for row in rows:
        table.add_row(*map(terminal.plain, row))
    return table
