"""The test clips behind each cell of a confusion matrix, to be listened to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from undertone import pages
from undertone.evaluation import Figures
from undertone.types import Utterance

Cell = tuple[int, int]


@dataclass(frozen=True)
class Heard:
    """A test clip and the scores that it was given, shape (classes,)."""

    utterance: Utterance
    scores: NDArray[np.float32]


def confusion_to_hear(figures: Figures, heard: Sequence[Heard], page: Path) -> tuple[pages.Html, pages.Html]:
    """Draw the confusion matrix of a figure, and list each cell's clips, with players that link to the recordings.

    Parameters
    ----------
    figures : Figures
        Of these clips.
    heard : sequence of Heard
        All of them.
    page : Path
        Where the page will lie.

    Returns
    -------
    matrix, lists : Html
        A cell of the matrix shows its list, without any script.
    """
    cells = _cells(figures.labels, heard)
    links = {cell: f"#{_name(cell)}" for cell in cells}
    drawn = pages.confusion_svg(
        np.array(figures.confusion), figures.labels, title=f"{figures.protocol}: confusions", links=links
    )
    lists = {_name(cell): _listed(cell, clips, figures.labels, page) for cell, clips in cells.items()}
    hint = "Choose a cell to hear its clips. The recordings are linked where they lie, not held in this page."
    return drawn, pages.panels(lists, hint=hint)


def _cells(labels: Sequence[str], heard: Sequence[Heard]) -> dict[Cell, list[Heard]]:
    """Sort clips into the cells of the matrix, the surest answer first."""
    found: dict[Cell, list[Heard]] = defaultdict(list)
    for clip in heard:
        found[labels.index(clip.utterance.label), int(clip.scores.argmax())].append(clip)
    return {cell: sorted(clips, key=lambda clip: -float(clip.scores.max())) for cell, clips in sorted(found.items())}


def _name(cell: Cell) -> str:
    return f"cell-{cell[0]}-{cell[1]}"


def _listed(cell: Cell, clips: Sequence[Heard], labels: Sequence[str], page: Path) -> pages.Html:
    said, taken = labels[cell[0]], labels[cell[1]]
    title = f"{said}, recognised" if said == taken else f"{said}, taken for {taken}"
    rows = [
        [
            clip.utterance.path.name,
            clip.utterance.speaker,
            *(f"{100 * float(clip.scores[place]):.0f} %" for place in dict.fromkeys(reversed(cell))),
            pages.audio_file(clip.utterance.path, page, label=f"{clip.utterance.path.name}: {said}"),
        ]
        for clip in clips
    ]
    scores = [f"score of {label}" for label in dict.fromkeys((taken, said))]
    count = f"{len(clips)} clip" + "s" * (len(clips) != 1)
    return pages.join(pages.tag("h3", f"{title}: {count}"), pages.table(["clip", "speaker", *scores, "listen"], rows))
