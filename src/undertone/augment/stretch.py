"""Slower or faster at the same pitch."""

from __future__ import annotations

import numpy as np

from undertone.augment.engine import transform
from undertone.types import Clip


def stretch(clip: Clip, rng: np.random.Generator, *, rate: float) -> Clip:
    """Play a clip at another speed without changing its pitch.

    Parameters
    ----------
    clip : Clip
        Any rate.
    rng : numpy.random.Generator
        Not drawn from by this change; every change has one.
    rate : float
        Speed, 0.5 to 2. 0.8 makes the clip longer by a quarter, as librosa's ``time_stretch(rate=0.8)`` does.

    Returns
    -------
    Clip
        ``round(n / rate)`` samples, up to one.

    Notes
    -----
    By Signalsmith Stretch, as pitch. It has fewer artefacts than the phase vocoder of librosa, which the article uses.
    """
    return transform(clip, "TimeStretch", rng, min_rate=rate, max_rate=rate, leave_length_unchanged=False)
