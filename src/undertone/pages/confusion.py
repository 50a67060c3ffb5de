"""A confusion matrix: who was taken for whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from undertone.pages.markup import Html, tag
from undertone.pages.picture import TITLE, picture, shortened, text, text_width

HEIGHT = 42
LEAST_WIDTH = 62
INK = "#1F5FAE"
#: From this share on, white words are easier to read on the ink than dark ones.
DARK = 0.7


@dataclass(frozen=True)
class Cell:
    """How many clips of one class were taken for another, and which share of that class they are."""

    said: str
    heard: str
    count: int
    share: float


def confusion_svg(
    matrix: ArrayLike, labels: Sequence[str], *, title: str, links: Mapping[tuple[int, int], str] | None = None
) -> Html:
    """Draw a confusion matrix; each row is shaded by its own sum.

    Parameters
    ----------
    matrix : array_like of int, shape (classes, classes)
        Rows: the truth. Columns: what it was taken for.
    labels : sequence of str
        In the order of the rows.
    title : str
        Of the picture.
    links : mapping of (row, column) to str, optional
        Where a cell leads: ``{(0, 2): "#angry-as-fear"}``.

    Notes
    -----
    A cell holds the share of its row in per cent, and below it the count. The diagonal is the recall of each class; its
    mean is the UAR.
    """
    counts = np.asarray(matrix)
    if counts.shape != (len(labels), len(labels)):
        raise ValueError(f"a matrix of shape {counts.shape} does not fit {len(labels)} labels")
    rows = _rows(counts, labels)
    names = [shortened(label, 14) for label in labels]
    widest = max((text_width(name) for name in names), default=0.0)
    left, top, width = widest + 26, TITLE + 46, max(LEAST_WIDTH, widest + 4)
    right = left + width * len(labels)
    return picture(
        max(right + 54, 340),
        top + HEIGHT * len(labels) + 16,
        text("taken for", left, TITLE + 12),
        text("said", left - 12, top - 10, anchor="end"),
        text("clips", right + 40, top - 10, anchor="end"),
        *(_column_name(name, left + width * (i + 0.5), top - 10) for i, name in enumerate(names)),
        *(
            _row(name, row, left, top + HEIGHT * i, width, {j: to for (at, j), to in (links or {}).items() if at == i})
            for i, (name, row) in enumerate(zip(names, rows, strict=True))
        ),
        title=title,
        description="Rows: what was said. Columns: what it was taken for. " + "; ".join(_words(row) for row in rows),
    )


def _rows(counts: NDArray[np.generic], labels: Sequence[str]) -> list[list[Cell]]:
    sums = counts.sum(axis=1)
    return [
        [
            Cell(said, heard, int(counts[i, j]), float(counts[i, j] / sums[i]) if sums[i] else 0.0)
            for j, heard in enumerate(labels)
        ]
        for i, said in enumerate(labels)
    ]


def _column_name(name: str, x: float, y: float) -> Html:
    return text(name, x, y, anchor="middle", class_="ut-ink")


def _row(name: str, row: list[Cell], left: float, y: float, width: float, links: Mapping[int, str]) -> Html:
    return tag(
        "g",
        text(name, left - 12, y + 0.6 * HEIGHT, anchor="end", class_="ut-ink"),
        *(
            _leading(links.get(j), tag("g", *_cell(cell, width), transform=f"translate({left + width * j:g} {y:g})"))
            for j, cell in enumerate(row)
        ),
        text(sum(cell.count for cell in row), left + width * len(row) + 40, y + 0.6 * HEIGHT, anchor="end"),
    )


def _leading(to: str | None, cell: Html) -> Html:
    return tag("a", cell, href=to) if to else cell


def _cell(cell: Cell, width: float) -> list[Html]:
    box = {"x": 1, "y": 1, "width": width - 2, "height": HEIGHT - 2, "rx": 5}
    parts = [
        tag(
            "title", f"{cell.said} taken for {cell.heard}: {cell.count} clips, {100 * cell.share:.1f} % of {cell.said}"
        ),
        tag("rect", class_="ut-track ut-cell", **box),
    ]
    if cell.count:
        bold = "600" if cell.said == cell.heard else None
        parts += [
            tag("rect", fill=INK, fill_opacity=round(cell.share**0.8, 3), **box),
            _figure(f"{100 * cell.share:.0f}", width / 2, 19, "ut-ink", cell, font_weight=bold),
            _figure(str(cell.count), width / 2, 33, "ut-soft", cell, font_size="11"),
        ]
    return parts


def _figure(words: str, x: float, y: float, class_: str, cell: Cell, **looks: str | None) -> Html:
    paint = {"fill": "#fff"} if cell.share >= DARK else {"class_": "ut-ink" if cell.share > 0.4 else class_}
    return tag("text", words, x=x, y=y, text_anchor="middle", **paint, **looks)


def _words(row: list[Cell]) -> str:
    said = row[0].said
    right = next(cell for cell in row if cell.heard == said)
    if not any(cell.count for cell in row):
        return f"{said}: no clip"
    worst = max((cell for cell in row if cell is not right), key=lambda cell: cell.count, default=right)
    others = (
        f", most often taken for {worst.heard} ({100 * worst.share:.0f} %)"
        if worst.count and worst is not right
        else ""
    )
    return f"{said}: {100 * right.share:.0f} % recognised{others}"
