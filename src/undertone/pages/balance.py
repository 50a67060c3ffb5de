"""Lying bars to both sides of a line: what speaks for a thing, and what against it."""

from __future__ import annotations

from collections.abc import Mapping

from undertone.pages.markup import Html, tag
from undertone.pages.occlusion import AGAINST, FOR
from undertone.pages.picture import TITLE, Scale, picture, shortened, text, text_width

ROW = 26
WIDTH = 600


def balance_svg(values: Mapping[str, float], *, title: str, unit: str = "") -> Html:
    """Draw one bar a name, to the right above 0 and to the left below.

    Parameters
    ----------
    values : mapping of str to float
        In the order to be drawn.
    title : str
        Of the picture.
    unit : str
        Written after each value.
    """
    left = 14 + max((text_width(shortened(name)) for name in values), default=0.0) + 10
    after = max((text_width(_label(value, unit)) for value in values.values()), default=0.0)
    largest = max((abs(value) for value in values.values()), default=0.0) or 1.0
    across = Scale(-largest, largest, left + 6, max(left + 100, WIDTH - after - 24))
    height = TITLE + 8 + ROW * len(values) + 10
    return picture(
        WIDTH,
        height,
        tag("line", x1=across(0), x2=across(0), y1=TITLE + 4, y2=height - 8, class_="ut-axis"),
        *(
            _row(name, value, unit, left, TITLE + 8 + ROW * index, across)
            for index, (name, value) in enumerate(values.items())
        ),
        title=title,
        description="; ".join(f"{name}: {_label(value, unit)}" for name, value in values.items()),
    )


def _row(name: str, value: float, unit: str, left: float, y: float, across: Scale) -> Html:
    low, high = sorted((across(0.0), across(value)))
    return tag(
        "g",
        tag("title", f"{name}: {_label(value, unit)}"),
        text(shortened(name), left - 10, y + 16, anchor="end", class_="ut-ink"),
        tag(
            "rect", x=low, y=y + 3, width=max(high - low, 1.0), height=ROW - 8, rx=3, fill=FOR if value > 0 else AGAINST
        ),
        text(_label(value, unit), across.end + 9, y + 16, class_="ut-soft"),
    )


def _label(value: float, unit: str) -> str:
    return f"{value:+.1f} {unit}".rstrip()
