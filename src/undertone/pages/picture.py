"""The frame of every SVG: ground, title, text for those who cannot see it, and the colours of its text and lines.

A picture stands alone (its style travels inside, with its own ground, so it can be read on any page) and may also be
placed in a page, where its ground is the card's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from undertone.pages.markup import Html, tag

#: Height of the line that holds the title.
TITLE = 34
#: Font size of labels.
TEXT = 13

_STYLE = (
    ".ut{font-family:system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',sans-serif;font-size:13px;"
    "font-variant-numeric:tabular-nums}"
    ".ut-ground{fill:#fff}.ut-ink{fill:#1d2229}.ut-soft{fill:#5b6572}.ut-title{fill:#1d2229;font-size:15px;"
    "font-weight:600}.ut-rule{stroke:#e2e6ea;stroke-width:1}.ut-axis{stroke:#9aa4af;stroke-width:1}"
    ".ut-track{fill:#eef1f4}.ut-halo{stroke:#fff;stroke-width:4;paint-order:stroke;stroke-linejoin:round}"
    "@media(prefers-color-scheme:dark){.ut-ground{fill:#171b21}.ut-ink,.ut-title{fill:#e7eaee}"
    ".ut-soft{fill:#9ba6b2}.ut-rule{stroke:#2b323b}.ut-axis{stroke:#5b6672}.ut-track{fill:#242b34}"
    ".ut-halo{stroke:#171b21}}"
)


def picture(width: float, height: float, *children: object, title: str, description: str, name: str = "") -> Html:
    """Frame the parts of a picture.

    Parameters
    ----------
    width, height : float
        Of the drawing, in pixels at its natural size; it shrinks with the page.
    *children : object
        SVG elements.
    title : str
        Drawn at the top, and read out.
    name : str
        Read out instead of an empty title.
    description : str
        What the picture shows, in words with its figures.
    """
    return tag(
        "svg",
        tag("title", title or name),
        tag("desc", description),
        tag("style", Html(_STYLE)),
        tag("rect", width=width, height=height, rx=8, class_="ut-ground"),
        text(title, 14, 23, class_="ut-title") if title else None,
        *children,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {width:g} {height:g}",
        width=f"{width:g}",
        height=f"{height:g}",
        role="img",
        aria_label=title or name,
        class_="ut",
        style=f"max-width:{1.15 * width:.0f}px;min-width:{0.6 * width:.0f}px",
    )


def text(words: object, x: float, y: float, *, anchor: str = "start", class_: str = "ut-soft") -> Html:
    """Write words; ``y`` is their base line."""
    return tag("text", words, x=x, y=y, text_anchor=None if anchor == "start" else anchor, class_=class_)


def text_width(words: str, size: float = TEXT) -> float:
    """Estimate the width of words in pixels; wide enough for the widest of the system fonts."""
    narrow = sum(letter in "iljtfr.,:;'|()[] -" for letter in words)
    return size * (0.36 * narrow + 0.65 * (len(words) - narrow))


def shortened(words: str, limit: int = 22) -> str:
    """Cut long words; a picture tells them whole in its description.

    Examples
    --------
    >>> shortened("pleasant_surprise", 9)
    'pleasant…'
    """
    return words if len(words) <= limit else words[: limit - 1] + "…"


@dataclass(frozen=True)
class Scale:
    """A straight line from values to pixels."""

    low: float
    high: float
    begin: float
    end: float

    def __call__(self, value: float) -> float:
        """Return the pixel of a value."""
        span = self.high - self.low
        return self.begin + (self.end - self.begin) * ((value - self.low) / span if span else 0.5)


def ticks(low: float, high: float, count: int = 5, *, whole: bool = False) -> tuple[float, ...]:
    """Choose about ``count`` round values between two others; only whole numbers if these alone have a meaning.

    Examples
    --------
    >>> ticks(0, 100), ticks(0.1, 1.73)
    ((0.0, 20.0, 40.0, 60.0, 80.0, 100.0), (0.5, 1.0, 1.5))
    """
    if not high > low:
        return (low,)
    rough = max((high - low) / count, 1.0 if whole else 0.0)
    power = 10.0 ** floor(log10(rough))
    step = next(m * power for m in (1, 2, 5, 10) if m * power >= rough * (1 - 1e-9))
    first = ceil(low / step - 1e-9)
    last = floor(high / step + 1e-9)
    return tuple(round(index * step, 10) for index in range(first, last + 1))


def number(value: float, step: float = 0.0) -> str:
    """Write a value short; with as many decimals as a step between ticks needs.

    Examples
    --------
    >>> number(1500.0), number(0.25), number(2.0, 0.5), number(61.23)
    ('1500', '0.25', '2.0', '61.2')
    """
    if step:
        return f"{value:.{max(0, -floor(log10(abs(step)) + 1e-9))}f}"
    return f"{value:.1f}".removesuffix(".0") if abs(value) >= 10 else f"{value:.3f}".rstrip("0").rstrip(".")


def tick_labels(values: Sequence[float]) -> list[str]:
    """Write ticks with equal decimals."""
    step = values[1] - values[0] if len(values) > 1 else 0.0
    return [number(value, step) for value in values]


def grid(scale_y: Scale, left: float, right: float, count: int = 4) -> list[Html]:
    """Draw horizontal rules with their values at the left."""
    values = ticks(scale_y.low, scale_y.high, count)
    parts = []
    for value, label in zip(values, tick_labels(values), strict=True):
        y = scale_y(value)
        parts.append(tag("line", x1=left, x2=right, y1=y, y2=y, class_="ut-rule"))
        parts.append(text(label, left - 7, y + 4.5, anchor="end"))
    return parts


def floor_ticks(scale_x: Scale, y: float, count: int = 5, *, unit: str = "", whole: bool = False) -> list[Html]:
    """Write the values of a horizontal axis below it; the last carries the unit."""
    values = ticks(scale_x.low, scale_x.high, count, whole=whole)
    labels = tick_labels(values)
    labels[-1] += f" {unit}" if unit else ""
    return [text(label, scale_x(v), y + 18, anchor="middle") for v, label in zip(values, labels, strict=True)]
