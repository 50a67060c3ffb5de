"""A run as one page: how it learned, what it is worth on unseen voices, what the tutorial would have claimed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from undertone import pages
from undertone.bundle import Bundle
from undertone.bundle.card_page import how_sure
from undertone.config import to_dict
from undertone.evaluation import Figures
from undertone.experiment.heard import Heard, confusion_to_hear
from undertone.experiment.robustness import Robustness, robustness_svg
from undertone.experiment.train import curves
from undertone.training import History
from undertone.types import Corpus, Fold

if TYPE_CHECKING:
    from undertone.experiment.evaluate import Evaluation

#: Figures of others, each with whose it is.
Beside = Sequence[tuple[str, Figures]]


def write_report(
    path: Path,
    corpus: Corpus,
    fold: Fold,
    bundle: Bundle,
    history: History,
    evaluation: Evaluation,
    heard: Sequence[Heard],
) -> Path:
    """Write the page of a run; ``heard`` are its test clips."""
    judges = sorted({corpus.utterances[i].speaker for i in fold.test})
    matrix, clips = confusion_to_hear(evaluation.honest, heard, path)
    sections = [
        pages.section(
            "What it is worth", figures_picture(evaluation), figures_table(evaluation), lead=_lead(evaluation, judges)
        ),
        pages.section(
            "Who is taken for whom, by whom it is spoken",
            pages.columns(matrix, groups(evaluation.honest)),
            clips,
            lead="Rows: what was said. Columns: what it heard.",
        ),
        *how_sure(to_dict(evaluation.honest)),
        *under_conditions(evaluation.robustness),
        pages.section(
            "How it learned",
            pages.columns(*curves(history).values()),
            lead=f"The kept epoch is {history.best_epoch}, {_chosen(fold, history)}.",
        ),
        pages.section("The bundle", _bundle(bundle)),
    ]
    title = f"{bundle.name}: a run on {corpus.name}"
    pages.write(path, pages.page(title, sections, subtitle=bundle.card.summary, files=True))
    return path


def under_conditions(robustness: Robustness | None) -> list[pages.Html]:
    """Show what noise, rooms and lines leave of the figure."""
    if robustness is None:
        return []
    return [
        pages.section(
            "Under noise, in rooms, over lines",
            robustness_svg(robustness),
            *robustness.refused,
            lead="The same unseen voices, changed as each panel says; all of it is synthesised. Confidence should fall "
            "where the figure does.",
        )
    ]


def figures_picture(evaluation: Evaluation, beside: Beside = ()) -> pages.Html:
    """Draw the figures with their intervals."""
    rows = [
        pages.IntervalRow(name, 100 * f.uar, 100 * f.uar_low, 100 * f.uar_high, "honest" if f.honest else "leaky")
        for name, f in _named(evaluation, beside)
    ]
    return pages.intervals_svg(rows, title="UAR, per cent, with 95 % intervals")


def figures_table(evaluation: Evaluation, beside: Beside = ()) -> pages.Html:
    """Write the figures as a table."""
    rows = [
        [
            name,
            f"{100 * f.uar:.1f} ({100 * f.uar_low:.1f} to {100 * f.uar_high:.1f})",
            f"{100 * f.accuracy:.1f} ({100 * f.accuracy_low:.1f} to {100 * f.accuracy_high:.1f})",
            "speaker-independent" if f.honest else f"not speaker-independent: {f.why}",
        ]
        for name, f in _named(evaluation, beside)
    ]
    return pages.table(["protocol", "UAR %", "accuracy %", ""], rows)


def confusions(figures: Figures) -> pages.Html:
    """Draw the confusion matrix of a figure."""
    return pages.confusion_svg(np.array(figures.confusion), figures.labels, title=f"{figures.protocol}: confusions")


def groups(figures: Figures) -> pages.Html:
    """Draw the UAR of each speaker and each sex."""
    named = {f"speaker {group.name}": group.uar for group in figures.per_speaker}
    named |= {group.name: group.uar for group in figures.per_sex}
    return pages.bars_svg(
        {name: 100 * value for name, value in named.items()}, title="UAR by speaker and sex", unit="%"
    )


def _named(evaluation: Evaluation, beside: Beside) -> list[tuple[str, Figures]]:
    """Name each figure by its protocol, those of others by whose they are too."""
    own = [(f.protocol, f) for f in (evaluation.honest, evaluation.tutorial) if f is not None]
    return own + [(f"{f.protocol}, {whose}", f) for whose, f in beside]


def _lead(evaluation: Evaluation, judges: list[str]) -> str:
    told = evaluation.tutorial
    beside = f" The tutorial's random split would have shown {100 * told.uar:.1f} %." if told else ""
    return f"Judged by speakers {', '.join(judges)}, none of whose clips it heard in training.{beside}"


def _chosen(fold: Fold, history: History) -> str:
    if not history.val_loss:
        return "the last: every training speaker trained it, and nobody was left to choose"
    return fold.note or "chosen on training speakers who were held out of the training"


def _bundle(bundle: Bundle) -> pages.Html:
    rows = [
        ["answers", ", ".join(bundle.labels)],
        ["features", f"{bundle.frontend.feature_set}, {len(bundle.mean)} values a segment"],
        ["temperature", f"{bundle.temperature:.3f}"],
        ["golden sounds", ", ".join(golden.name for golden in bundle.golden)],
        ["SHA-256", bundle.sha256],
        *(
            [f"data: {used.corpus}", f"{used.clips} clips, {used.speakers} speakers, {used.licence}"]
            for used in bundle.card.data
        ),
    ]
    return pages.table(["", ""], rows)
