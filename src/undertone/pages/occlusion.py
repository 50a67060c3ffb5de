"""Which times and bands decided, laid over the sound: a grey spectrogram, tinted where hiding it changes the answer."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from undertone.pages.markup import Html, tag
from undertone.pages.picture import TITLE, Scale, floor_ticks, number, picture, text
from undertone.pages.png import data_uri, png

WIDTH = 760
HEIGHT = 300
LEFT = 62
STRIP = 84
#: A part that speaks for the label, and one that speaks against it.
FOR, AGAINST = "#E8590C", "#1C7ED6"
#: Levels of grey, and of tint to each side; together they fill a palette of 256.
GREYS, TINTS = 16, 7
_STRONGEST = 0.8


def occlusion_svg(
    levels: NDArray[np.floating],
    drops: NDArray[np.floating],
    *,
    title: str,
    duration_s: float,
    frequencies: Sequence[tuple[str, float]],
    times: Sequence[tuple[float, float, float]] = (),
    unit: str = "points",
) -> Html:
    """Draw what decided over a spectrogram.

    Parameters
    ----------
    levels : ndarray, shape (frames, bands)
        Time first, the lowest band first; shown from the least to the greatest value.
    drops : ndarray, shape (frames, bands)
        How much the answer loses where a place is hidden; above 0 it spoke for the label. Tints are relative to the
        largest absolute value.
    title : str
        Of the picture.
    duration_s : float
        What the frames span.
    frequencies : sequence of (words, place)
        What to write at the left; 0 is the lower edge of the bands, 1 the upper one.
    times : sequence of (begin_s, end_s, drop), optional
        What is lost when all of a time is hidden, drawn as a strip below.
    unit : str
        Of the drops.
    """
    right, begin, end = WIDTH - 22, TITLE + 6, TITLE + HEIGHT - 60
    across, up = Scale(0.0, duration_s, LEFT, right), Scale(0.0, 1.0, end, begin)
    strip = _strip(times, across, end + 30, unit) if times else []
    legend = end + (STRIP + 74 if times else 44)
    return picture(
        WIDTH,
        legend + 16,
        tag(
            "image",
            href=data_uri(png(_indices(levels, drops), _palette()), "image/png"),
            x=LEFT,
            y=begin,
            width=right - LEFT,
            height=end - begin,
            preserveAspectRatio="none",
        ),
        *(text(words, LEFT - 7, up(place) + 4.5, anchor="end") for words, place in frequencies),
        *floor_ticks(across, end, unit="s"),
        *strip,
        *_legend(legend),
        title=title,
        description=_words(drops, times, unit),
    )


def _indices(levels: NDArray[np.floating], drops: NDArray[np.floating]) -> NDArray[np.uint8]:
    low, high = float(levels.min(initial=0)), float(levels.max(initial=1))
    grey = np.clip(np.round((levels - low) / max(high - low, 1e-9) * (GREYS - 1)), 0, GREYS - 1)
    largest = float(np.abs(drops).max(initial=0)) or 1.0
    tint = np.round(drops / largest * TINTS) + TINTS
    index: NDArray[np.uint8] = (tint * GREYS + grey).astype(np.uint8)
    return index.T[::-1]


def _palette() -> bytes:
    """Return each tint of each grey; silence is light, so that the tints show."""
    colours = bytearray()
    for tint in range(2 * TINTS + 1):
        share = _STRONGEST * abs(tint - TINTS) / TINTS
        paint = bytes.fromhex((FOR if tint > TINTS else AGAINST)[1:])
        for grey in range(GREYS):
            ink = 245 - 205 * grey / (GREYS - 1)
            colours += bytes(round((1 - share) * ink + share * c * (0.45 + 0.55 * ink / 245)) for c in paint)
    return bytes(colours) + bytes(768 - len(colours))


def _strip(times: Sequence[tuple[float, float, float]], across: Scale, top: float, unit: str) -> list[Html]:
    """Draw one bar a step of time, up where it speaks for the label."""
    largest = max((abs(drop) for _, _, drop in times), default=0.0) or 1.0
    up = Scale(-largest, largest, top + STRIP, top)
    bars = []
    for place, (begin, end, drop) in enumerate(times):
        middle, half = (begin + end) / 2, _half_step(times, place)
        x, width = across(middle - half), across(middle + half) - across(middle - half)
        low, high = sorted((up(0.0), up(drop)))
        bars.append(
            tag(
                "g",
                tag("title", f"{number(begin)} to {number(end)} s: {number(drop)} {unit}"),
                tag(
                    "rect",
                    x=x + 0.5,
                    y=low,
                    width=max(width - 1, 1.0),
                    height=max(high - low, 0.75),
                    fill=FOR if drop > 0 else AGAINST,
                ),
            )
        )
    marks = [text(f"{value:+.1f}", LEFT - 7, up(value) + 4.5, anchor="end") for value in (largest, -largest)]
    line = tag("line", x1=across.begin, x2=across.end, y1=up(0.0), y2=up(0.0), class_="ut-axis")
    return [*bars, line, *marks, text("0", LEFT - 7, up(0.0) + 4.5, anchor="end")]


def _half_step(times: Sequence[tuple[float, float, float]], place: int) -> float:
    """Return half the way to the nearer neighbour's middle: windows overlap, bars do not."""
    middle = (times[place][0] + times[place][1]) / 2
    others = [abs((b + e) / 2 - middle) for i, (b, e, _) in enumerate(times) if abs(i - place) == 1]
    return min(others, default=times[place][1] - times[place][0]) / 2


def _legend(y: float) -> list[Html]:
    parts: list[Html] = []
    for x, colour, words in ((LEFT, FOR, "speaks for it"), (LEFT + 130, AGAINST, "speaks against it")):
        parts.append(tag("rect", x=x, y=y - 10, width=12, height=12, rx=3, fill=colour))
        parts.append(text(words, x + 18, y, anchor="start"))
    return parts


def _words(drops: NDArray[np.floating], times: Sequence[tuple[float, float, float]], unit: str) -> str:
    told = [f"drops from {number(float(drops.min(initial=0)))} to {number(float(drops.max(initial=0)))} {unit}"]
    if times:
        begin, end, drop = max(times, key=lambda time: time[2])
        told.append(f"most is lost with {number(begin)} to {number(end)} s: {number(drop)} {unit}")
    return "; ".join(told)
