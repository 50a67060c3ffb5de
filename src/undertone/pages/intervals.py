"""Figures with their intervals: a dot for the value, a line for how sure it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from undertone.pages.markup import Html, tag
from undertone.pages.palette import SERIES
from undertone.pages.picture import TITLE, Scale, number, picture, text, text_width, ticks

ROW = 44
WIDTH = 600
#: Kind of a figure to its colour; a kind that is not here gets the first.
KINDS = {"honest": SERIES[0], "leaky": SERIES[1], "chance": SERIES[4], "people": SERIES[2]}


@dataclass(frozen=True)
class IntervalRow:
    """A figure: its name, value and 95 % interval in one unit, and what kind of figure it is.

    ``kind`` is "honest" (a filled dot), "leaky" (a hollow one: the protocol lets the test leak into training),
    "people" or "chance".
    """

    name: str
    value: float
    low: float
    high: float
    kind: str = "honest"


def intervals_svg(rows: Sequence[IntervalRow], *, title: str) -> Html:
    """Draw figures under each other on one axis.

    Parameters
    ----------
    rows : sequence of IntervalRow
        All as shares from 0 to 1, or all in per cent from 0 to 100.
    title : str
        Of the picture; name the unit in it.
    """
    most = max((max(row.value, row.high) for row in rows), default=1.0)
    top = 1.0 if most <= 1.0 else 100.0 if most <= 100.0 else most
    across = Scale(0.0, top, 26, WIDTH - 26)
    begin = TITLE + 10
    end = begin + ROW * len(rows) + 6
    values = ticks(0.0, top, 5)
    return picture(
        WIDTH,
        end + 30,
        *(tag("line", x1=across(v), x2=across(v), y1=begin, y2=end, class_="ut-rule") for v in values),
        *(text(number(v), across(v), end + 18, anchor="middle") for v in values),
        *(_row(row, begin + ROW * index, across) for index, row in enumerate(rows)),
        title=title,
        description="; ".join(_words(row) for row in rows),
    )


def _row(row: IntervalRow, y: float, across: Scale) -> Html:
    colour = KINDS.get(row.kind, SERIES[0])
    hollow = row.kind == "leaky"
    line = y + 31
    value = f"{number(row.value)}  ({number(row.low)} to {number(row.high)})"
    wide = 1.04 * text_width(f"{row.name}   {value}")
    name_x = min(across(row.low), WIDTH - 14 - wide)
    return tag(
        "g",
        tag("title", _words(row)),
        tag(
            "text",
            tag("tspan", row.name, class_="ut-ink", font_weight="600"),
            tag("tspan", value, dx=9, class_="ut-soft"),
            x=max(14.0, name_x),
            y=y + 17,
            class_="ut-halo",
            textLength=WIDTH - 28 if wide > WIDTH - 28 else None,
            lengthAdjust="spacingAndGlyphs" if wide > WIDTH - 28 else None,
        ),
        tag(
            "line",
            x1=across(row.low),
            x2=across(row.high),
            y1=line,
            y2=line,
            stroke=colour,
            stroke_width=3,
            stroke_linecap="round",
            stroke_opacity=0.55,
            stroke_dasharray="5 5" if hollow else None,
        ),
        tag(
            "circle",
            cx=across(row.value),
            cy=line,
            r=6.5,
            fill=colour,
            class_="ut-ground" if hollow else None,
            stroke=colour,
            stroke_width=2.5,
        ),
    )


def _words(row: IntervalRow) -> str:
    return f"{row.name}: {number(row.value)}, 95 % interval {number(row.low)} to {number(row.high)} ({row.kind})"
