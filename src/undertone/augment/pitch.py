"""Higher or lower at the same speed."""

from __future__ import annotations

import numpy as np

from undertone.augment.engine import transform
from undertone.types import Clip


def pitch(clip: Clip, rng: np.random.Generator, *, semitones: float) -> Clip:
    """Move all frequencies by a factor of ``2 ** (semitones / 12)``, formants too.

    Parameters
    ----------
    clip : Clip
        Any rate.
    rng : numpy.random.Generator
        Not drawn from by this change; every change has one.
    semitones : float
        -12 to 12; 0.7 is 4.1 % up.

    Returns
    -------
    Clip
        As long as before.
    """
    return transform(clip, "PitchShift", rng, min_semitones=semitones, max_semitones=semitones)
