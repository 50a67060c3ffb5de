"""Rotation in time."""

from __future__ import annotations

import numpy as np

from undertone.augment.engine import transform
from undertone.types import Clip


def shift(clip: Clip, rng: np.random.Generator, *, limit_ms: float) -> Clip:
    """Rotate a clip by a random time: what leaves at one end comes in at the other.

    Parameters
    ----------
    clip : Clip
        Any rate.
    rng : numpy.random.Generator
        Draws the whole number of samples, evenly from both sides.
    limit_ms : float
        Largest rotation to either side.

    Returns
    -------
    Clip
        The same samples in another order (``numpy.roll``), with no fade at the seam.
    """
    limit = round(limit_ms / 1000 * clip.rate)
    places = int(rng.integers(-limit, limit, endpoint=True))
    return transform(
        clip, "Shift", rng, min_shift=places, max_shift=places, shift_unit="samples", rollover=True, fade_duration=0.0
    )
