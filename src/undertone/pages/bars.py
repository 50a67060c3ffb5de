"""Lying bars, one a name, each with its value at its end."""

from __future__ import annotations

from collections.abc import Mapping

from undertone.pages.markup import Html, tag
from undertone.pages.palette import EMOTIONS, SERIES
from undertone.pages.picture import TITLE, Scale, number, picture, shortened, text, text_width

ROW = 26
WIDTH = 520


def bars_svg(values: Mapping[str, float], *, title: str, unit: str = "") -> Html:
    """Draw one bar a name.

    Parameters
    ----------
    values : mapping of str to float
        Not below 0, in the order to be drawn. A name that is an emotion gets its colour. With the unit ``%`` the bars
        are drawn against 100.
    title : str
        Of the picture.
    unit : str
        Written after each value.
    """
    names = list(values)
    left = 14 + max((text_width(shortened(name)) for name in names), default=0.0) + 10
    after = max((text_width(_label(value, unit)) for value in values.values()), default=0.0)
    top = 100.0 if unit == "%" else max([*values.values(), 0.0]) or 1.0
    scale = Scale(0.0, top, 0.0, max(80.0, WIDTH - left - after - 24))
    rows = [
        _row(name, value, unit, left, TITLE + 8 + ROW * index, scale)
        for index, (name, value) in enumerate(values.items())
    ]
    return picture(
        WIDTH,
        TITLE + 8 + ROW * len(names) + 10,
        *rows,
        title=title,
        description="; ".join(f"{name}: {_label(value, unit)}" for name, value in values.items()),
    )


def _row(name: str, value: float, unit: str, left: float, y: float, scale: Scale) -> Html:
    length = scale(value)
    return tag(
        "g",
        tag("title", f"{name}: {_label(value, unit)}"),
        text(shortened(name), left - 10, y + 16, anchor="end", class_="ut-ink"),
        tag("rect", x=left, y=y + 3, width=scale.end, height=ROW - 8, rx=4, class_="ut-track"),
        tag("rect", x=left, y=y + 3, width=max(length, 1.5), height=ROW - 8, rx=4, fill=EMOTIONS.get(name, SERIES[0])),
        text(_label(value, unit), left + scale.end + 9, y + 16, class_="ut-soft"),
    )


def _label(value: float, unit: str) -> str:
    return f"{number(value)} {unit}".rstrip()
