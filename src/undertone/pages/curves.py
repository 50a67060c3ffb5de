"""Curves over steps, each named at its end."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from undertone.pages.markup import Html, tag
from undertone.pages.palette import EMOTIONS, SERIES
from undertone.pages.picture import (
    TITLE,
    Scale,
    floor_ticks,
    grid,
    number,
    picture,
    text,
    text_width,
)

WIDTH = 600
HEIGHT = 340
#: Least distance of two names at the right edge.
APART = 17.0
#: A second way to tell the curves apart.
_DASHES = (None, "6 4", "2 3", "9 3 2 3")


def curves_svg(
    series: Mapping[str, Sequence[float]],
    *,
    title: str,
    x_label: str,
    y_label: str,
    marks: Mapping[str, float] | None = None,
    first: int = 1,
) -> Html:
    """Draw curves.

    Parameters
    ----------
    series : mapping of str to sequence of float
        Name to values, one a step; a value that is not finite leaves a gap.
    title, x_label, y_label : str
        Words.
    marks : mapping of str to float, optional
        Words to the step at which they stand, with a line: ``{"kept": 12}``.
    first : int
        The step of the first value.
    """
    right = WIDTH - 24 - max((text_width(name) for name in series), default=0.0)
    length = max((len(values) for values in series.values()), default=0)
    finite = [value for values in series.values() for value in values if math.isfinite(value)]
    across = Scale(first, max(first + length - 1, first + 1), 58, right)
    low, high = _range(finite)
    up = Scale(low, high, HEIGHT - 52, TITLE + 26)
    colours = _colours(list(series))
    lines = [
        _curve(values, across, up, first, colours[name], _DASHES[index % len(_DASHES)])
        for index, (name, values) in enumerate(series.items())
    ]
    return picture(
        WIDTH,
        HEIGHT,
        text(y_label, 14, TITLE + 12),
        *grid(up, 58, right, count=5),
        *floor_ticks(across, HEIGHT - 52, whole=True),
        text(x_label, (58 + right) / 2, HEIGHT - 14, anchor="middle"),
        *(_mark(words, across(step), up) for words, step in (marks or {}).items()),
        *lines,
        *_names(series, up, right, colours),
        title=title,
        description=_words(series, x_label, marks or {}),
    )


def _range(values: list[float]) -> tuple[float, float]:
    """From 0 if the values come near it, and to 1 if they are shares that come near that."""
    if not values:
        return 0.0, 1.0
    low, high = min(values), max(values)
    low = 0.0 if 0.0 <= low < 0.6 * high else low
    high = 1.0 if 0.75 < high <= 1.0 and low == 0.0 else high
    return (low, high) if high > low else (low - 0.5, high + 0.5)


def _colours(names: list[str]) -> dict[str, str]:
    return {name: EMOTIONS.get(name, SERIES[index % len(SERIES)]) for index, name in enumerate(names)}


def _curve(values: Sequence[float], across: Scale, up: Scale, first: int, colour: str, dash: str | None) -> Html:
    runs: list[list[str]] = [[]]
    for step, value in enumerate(values, start=first):
        if math.isfinite(value):
            runs[-1].append(f"{across(step):.1f},{up(value):.1f}")
        elif runs[-1]:
            runs.append([])
    points = [run for run in runs if run]
    path = "".join("M" + "L".join(run) for run in points)
    lonely = [run[0].split(",") for run in points if len(run) == 1]
    return tag(
        "g",
        tag(
            "path", d=path, fill="none", stroke=colour, stroke_width=2.2, stroke_dasharray=dash, stroke_linejoin="round"
        ),
        *(tag("circle", cx=x, cy=y, r=3, fill=colour) for x, y in lonely),
    )


def _mark(words: str, x: float, up: Scale) -> Html:
    return tag(
        "g",
        tag("line", x1=x, x2=x, y1=up.end - 4, y2=up.begin, class_="ut-axis", stroke_dasharray="3 3"),
        text(words, x, up.end - 9, anchor="middle", class_="ut-ink"),
    )


def _names(series: Mapping[str, Sequence[float]], up: Scale, right: float, colours: Mapping[str, str]) -> list[Html]:
    """Write each name where its curve ends; names that would touch are moved apart, the lowest stays in the picture."""
    ends = []
    for name, values in series.items():
        finite = [value for value in values if math.isfinite(value)]
        if finite:
            ends.append((up(finite[-1]), name))
    ends.sort()
    places: list[float] = []
    for y, _ in ends:
        places.append(max(y, places[-1] + APART) if places else y)
    for index in range(len(places) - 1, -1, -1):
        below = places[index + 1] - APART if index + 1 < len(places) else up.begin
        places[index] = min(places[index], below)
    return [
        tag("text", name, x=right + 8, y=place + 4.5, fill=colours[name], font_weight="600")
        for place, (_, name) in zip(places, ends, strict=True)
    ]


def _words(series: Mapping[str, Sequence[float]], x_label: str, marks: Mapping[str, float]) -> str:
    told = []
    for name, values in series.items():
        if len(values):
            told.append(f"{name}: from {number(values[0])} to {number(values[-1])} in {len(values)} steps ({x_label})")
    return "; ".join([*told, *(f"{words} at {number(step)}" for words, step in marks.items())])
