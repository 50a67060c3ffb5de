"""White noise."""

from __future__ import annotations

import numpy as np

from undertone.augment.engine import transform
from undertone.types import Clip


def noise(clip: Clip, rng: np.random.Generator, *, share: float) -> Clip:
    """Add Gaussian white noise of a random strength.

    Parameters
    ----------
    clip : Clip
        Any rate.
    rng : numpy.random.Generator
        Draws the strength and the noise.
    share : float
        The noise's deviation is ``share * U(0, 1) * max |samples|``. The article's notebooks take the largest sample
        instead of the largest magnitude; here a recording and its negative are treated alike.

    Returns
    -------
    Clip
        As long as before; digital silence stays as it is.
    """
    amplitude = float(share * rng.uniform() * np.max(np.abs(clip.samples)))
    if amplitude == 0:
        return clip
    return transform(clip, "AddGaussianNoise", rng, min_amplitude=amplitude, max_amplitude=amplitude)
