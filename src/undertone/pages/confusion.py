"""A confusion matrix: who was taken for whom."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from undertone.pages.markup import Html, tag
from undertone.pages.picture import TITLE, picture, text, text_width

CELL_WIDTH = 62
CELL_HEIGHT = 42
INK = "#2F74C8"


def confusion_svg(matrix: ArrayLike, labels: Sequence[str], *, title: str) -> Html:
    """Draw a confusion matrix; each row is shaded by its own sum.

    Parameters
    ----------
    matrix : array_like of int, shape (classes, classes)
        Rows: the truth. Columns: what it was taken for.
    labels : sequence of str
        In the order of the rows.
    title : str
        Of the picture.

    Notes
    -----
    A cell holds the share of its row in per cent, and below it the count. The diagonal is the recall of each class; its
    mean is the UAR.
    """
    counts = np.asarray(matrix)
    if counts.shape != (len(labels), len(labels)):
        raise ValueError(f"a matrix of shape {counts.shape} does not fit {len(labels)} labels")
    sums = counts.sum(axis=1)
    shares = counts / np.maximum(sums, 1)[:, None]
    left = 14 + max((text_width(label) for label in labels), default=0.0) + 12
    top = TITLE + 46
    cells = [
        _cell(
            labels[i], labels[j], int(counts[i, j]), float(shares[i, j]), left + j * CELL_WIDTH, top + i * CELL_HEIGHT
        )
        for i in range(len(labels))
        for j in range(len(labels))
    ]
    width = left + CELL_WIDTH * len(labels)
    return picture(
        max(width + 54, 340),
        top + CELL_HEIGHT * len(labels) + 16,
        text("taken for", left, TITLE + 12),
        text("said", left - 12, top - 10, anchor="end"),
        text("clips", width + 40, top - 10, anchor="end"),
        *(
            text(label, left + CELL_WIDTH * (i + 0.5), top - 10, anchor="middle", class_="ut-ink")
            for i, label in enumerate(labels)
        ),
        *(
            text(label, left - 12, top + CELL_HEIGHT * (i + 0.6), anchor="end", class_="ut-ink")
            for i, label in enumerate(labels)
        ),
        *(text(int(n), width + 40, top + CELL_HEIGHT * (i + 0.6), anchor="end") for i, n in enumerate(sums)),
        *cells,
        title=title,
        description=_words(counts, shares, labels),
    )


def _cell(said: str, heard: str, count: int, share: float, x: float, y: float) -> Html:
    dark = share > 0.5
    share_words = tag(
        "text",
        f"{100 * share:.0f}",
        x=x + CELL_WIDTH / 2,
        y=y + 19,
        text_anchor="middle",
        fill="#fff" if dark else None,
        class_=None if dark else "ut-ink",
        font_weight="600" if said == heard else None,
    )
    count_words = tag(
        "text",
        count,
        x=x + CELL_WIDTH / 2,
        y=y + 33,
        text_anchor="middle",
        fill="#e8f0fa" if dark else None,
        class_=None if dark else "ut-soft",
        font_size="11",
    )
    return tag(
        "g",
        tag("title", f"{said} taken for {heard}: {count} clips, {100 * share:.1f} % of {said}"),
        tag("rect", x=x + 1, y=y + 1, width=CELL_WIDTH - 2, height=CELL_HEIGHT - 2, rx=5, class_="ut-track"),
        tag(
            "rect",
            x=x + 1,
            y=y + 1,
            width=CELL_WIDTH - 2,
            height=CELL_HEIGHT - 2,
            rx=5,
            fill=INK,
            fill_opacity=round(0.92 * share**0.8, 3),
        ),
        *((share_words, count_words) if count else ()),
    )


def _words(counts: np.ndarray, shares: np.ndarray, labels: Sequence[str]) -> str:
    told = []
    for i, label in enumerate(labels):
        if not counts[i].sum():
            told.append(f"{label}: no clip")
            continue
        others = [j for j in np.argsort(-counts[i], kind="stable") if j != i and counts[i, j]]
        worst = f", most often taken for {labels[others[0]]} ({100 * shares[i, others[0]]:.0f} %)" if others else ""
        told.append(f"{label}: {100 * shares[i, i]:.0f} % recognised{worst}")
    return "Rows: what was said. Columns: what it was taken for. " + "; ".join(told)
