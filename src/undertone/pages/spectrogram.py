"""Where in time and pitch a sound has its energy."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from undertone.pages.markup import Html, tag
from undertone.pages.palette import ramp
from undertone.pages.picture import TITLE, Scale, floor_ticks, picture, text, ticks
from undertone.pages.png import data_uri, png

WIDTH = 520
HEIGHT = 214
LEFT = 52


def spectrogram_svg(
    levels_db: NDArray[np.floating],
    *,
    title: str,
    duration_s: float,
    top: float,
    range_db: float = 70.0,
    name: str = "",
) -> Html:
    """Draw a spectrogram.

    Parameters
    ----------
    levels_db : ndarray, shape (frames, bands)
        Time first; bands evenly spaced from 0 Hz up. Shown from the largest level down by ``range_db``.
    title : str
        Of the picture; no title line is drawn if it is empty.
    duration_s : float
        What the frames span, in seconds.
    top : float
        What the bands span, in Hz.
    range_db : float
        Levels further below the largest are drawn like silence.
    name : str
        What is read out instead of an empty title.
    """
    begin = TITLE if title else 10
    across = Scale(0.0, duration_s, LEFT, WIDTH - 22)
    up = Scale(0.0, top / 1000, begin + HEIGHT - TITLE - 28, begin + 4)
    return picture(
        WIDTH,
        HEIGHT if title else HEIGHT - TITLE + 10,
        tag(
            "image",
            href=data_uri(png(_levels(levels_db, range_db), ramp()), "image/png"),
            x=LEFT,
            y=up.end,
            width=WIDTH - 22 - LEFT,
            height=up.begin - up.end,
            preserveAspectRatio="none",
        ),
        *_frequencies(up),
        *floor_ticks(across, up.begin, unit="s"),
        title=title,
        name=name,
        description=f"spectrogram of {duration_s:.2f} s up to {top / 1000:g} kHz, the loudest {range_db:g} dB",
    )


def _levels(levels_db: NDArray[np.floating], range_db: float) -> NDArray[np.uint8]:
    loudest = float(levels_db.max()) if levels_db.size else 0.0
    share = np.clip((levels_db - (loudest - range_db)) / range_db, 0.0, 1.0)
    levels: NDArray[np.uint8] = np.round(255 * share).astype(np.uint8)
    return levels.T[::-1]


def _frequencies(up: Scale) -> list[Html]:
    values = ticks(0.0, up.high, 4)
    labels = [f"{value:g}" for value in values]
    labels[-1] += " kHz"
    return [text(label, LEFT - 7, up(value) + 4.5, anchor="end") for value, label in zip(values, labels, strict=True)]
