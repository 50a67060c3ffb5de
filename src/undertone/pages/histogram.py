"""How often values fall into equal bins."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from undertone.pages.markup import Html, tag
from undertone.pages.palette import SERIES
from undertone.pages.picture import TITLE, Scale, floor_ticks, grid, number, picture, text

WIDTH = 520
HEIGHT = 270


def histogram_svg(values: Sequence[float], *, title: str, unit: str = "", bins: int = 24) -> Html:
    """Draw a histogram, with the median marked.

    Parameters
    ----------
    values : sequence of float
        At least one.
    title, unit : str
        Words.
    bins : int
        How many, between the least and the largest value.
    """
    counts, edges = np.histogram(np.asarray(values, dtype=np.float64), bins=bins)
    across = Scale(float(edges[0]), float(edges[-1]), 48, WIDTH - 22)
    up = Scale(0.0, float(max(counts.max(), 1)), HEIGHT - 36, TITLE + 24)
    median = float(np.median(values))
    bars = [
        tag(
            "rect",
            tag("title", f"{number(a)} to {number(b)} {unit}: {n}"),
            x=across(a) + 0.8,
            y=up(n),
            width=max(across(b) - across(a) - 1.6, 1.0),
            height=up.begin - up(n),
            rx=2,
            fill=SERIES[0],
        )
        for n, a, b in zip(counts.tolist(), edges[:-1].tolist(), edges[1:].tolist(), strict=True)
        if n
    ]
    words = f"median {number(round(median, 2))} {unit}".rstrip()
    side = "start" if across(median) < WIDTH / 2 else "end"
    return picture(
        WIDTH,
        HEIGHT,
        *grid(up, 48, WIDTH - 22),
        *bars,
        tag(
            "line",
            x1=across(median),
            x2=across(median),
            y1=up.end - 8,
            y2=up.begin,
            class_="ut-axis",
            stroke_dasharray="3 3",
        ),
        text(words, across(median) + (6 if side == "start" else -6), up.end - 4, anchor=side, class_="ut-ink ut-halo"),
        *floor_ticks(across, HEIGHT - 36, unit=unit),
        title=title,
        description=f"{len(values)} values from {number(min(values))} to {number(max(values))} {unit}, {words}",
    )
