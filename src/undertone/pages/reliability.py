"""Whether scores mean what they say: of the answers with a score of 70 %, 70 of 100 should be right."""

from __future__ import annotations

from collections.abc import Sequence

from undertone.pages.markup import Html, tag
from undertone.pages.palette import SERIES
from undertone.pages.picture import TITLE, Scale, floor_ticks, grid, number, picture, text

WIDTH = 600
HEIGHT = 340
LARGEST = 15.0


def reliability_svg(bins: Sequence[tuple[float, float, int]], *, title: str) -> Html:
    """Draw how many answers are right against what their scores say.

    Parameters
    ----------
    bins : sequence of (score, right, count)
        Mean score and share of right answers, in per cent, and how many answers there were. Dots have an area as the
        count; below the dashed line the scores say too much, above it too little.
    title : str
        Of the picture.
    """
    across = Scale(0.0, 100.0, 52, WIDTH - 24)
    up = Scale(0.0, 100.0, HEIGHT - 52, TITLE + 22)
    most = max((count for _, _, count in bins), default=1)
    return picture(
        WIDTH,
        HEIGHT,
        text("right, %", 14, TITLE + 8),
        *grid(up, 52, WIDTH - 24, count=5),
        *floor_ticks(across, HEIGHT - 52),
        text("best score, %", (52 + WIDTH - 24) / 2, HEIGHT - 14, anchor="middle"),
        tag(
            "line",
            x1=across(0),
            y1=up(0),
            x2=across(100),
            y2=up(100),
            class_="ut-axis",
            stroke_dasharray="5 5",
        ),
        *(_dot(score, right, count, across, up, most) for score, right, count in bins),
        title=title,
        description="; ".join(_words(*entry) for entry in bins),
    )


def _dot(score: float, right: float, count: int, across: Scale, up: Scale, most: int) -> Html:
    x = across(score)
    return tag(
        "g",
        tag("title", _words(score, right, count)),
        tag("line", x1=x, x2=x, y1=up(score), y2=up(right), stroke=SERIES[0], stroke_width=2, stroke_opacity=0.45),
        tag(
            "circle", cx=x, cy=up(right), r=max(2.5, LARGEST * (count / most) ** 0.5), fill=SERIES[0], fill_opacity=0.8
        ),
    )


def _words(score: float, right: float, count: int) -> str:
    return f"{count} answers with a score of {number(score)} %: {number(right)} % are right"
