"""The shape of a sound: its least and largest value in each sliver of time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from undertone.pages.markup import Html, tag
from undertone.pages.palette import SERIES
from undertone.pages.picture import TITLE, Scale, floor_ticks, number, picture

WIDTH = 520
HEIGHT = 150
LEFT = 52


def waveform_svg(
    samples: NDArray[np.floating], rate: int, *, title: str, name: str = "", colour: str = SERIES[0], axis: bool = True
) -> Html:
    """Draw a waveform.

    Parameters
    ----------
    samples : ndarray, shape (n,)
        Mono; drawn against the sound's own largest value, so that quiet clips show as much as loud ones.
    rate : int
        Samples per second.
    title : str
        Of the picture; no title line is drawn if it is empty.
    name : str
        What is read out instead of an empty title.
    colour : str
        Of the shape.
    axis : bool
        Write seconds below; not needed where a spectrogram with its own follows.
    """
    duration_s = len(samples) / rate
    across = Scale(0.0, duration_s, LEFT, WIDTH - 22)
    begin = TITLE if title else 10
    peak = float(np.max(np.abs(samples))) if len(samples) else 0.0
    up = Scale(-(peak or 1.0), peak or 1.0, begin + HEIGHT - TITLE - 24, begin + 2)
    return picture(
        WIDTH,
        up.begin + (24 if axis else 6),
        tag("line", x1=LEFT, x2=WIDTH - 22, y1=up(0.0), y2=up(0.0), class_="ut-rule"),
        tag(
            "path",
            d=_outline(samples, across, up),
            fill=colour,
            stroke=colour,
            stroke_width=0.7,
            stroke_linejoin="round",
        ),
        *(floor_ticks(across, up.begin, unit="s") if axis else ()),
        title=title,
        name=name,
        description=f"waveform of {number(duration_s)} s at {rate} samples a second, largest value {number(peak)}",
    )


def _outline(samples: NDArray[np.floating], across: Scale, up: Scale, slivers: int = 260) -> str:
    if not len(samples):
        return ""
    edges = np.unique(np.linspace(0, len(samples), slivers + 1).astype(int))[:-1]
    high = np.maximum.reduceat(samples, edges)
    low = np.minimum.reduceat(samples, edges)
    xs = [across(across.high * index / len(edges)) for index in range(len(edges))]
    above = [f"{x:.1f} {up(float(y)):.1f}" for x, y in zip(xs, high, strict=True)]
    below = [f"{x:.1f} {up(float(y)):.1f}" for x, y in zip(xs, low, strict=True)]
    return "M" + "L".join(above + below[::-1]) + "Z"
