"""Change the rate of a clip."""

from __future__ import annotations

import dataclasses

from undertone.runtime import host
from undertone.types import Clip


def resample(clip: Clip, rate: int) -> Clip:
    """Resample a clip with the front end's windowed sinc; see `undertone.runtime.host.resample`.

    Raises
    ------
    AudioError
        A rate is outside 1000 to 384000 Hz.

    Examples
    --------
    >>> import numpy as np
    >>> resample(Clip(np.zeros(16000, np.float32), 16000), 22050).samples.shape
    (22050,)
    """
    return dataclasses.replace(clip, samples=host.resample(clip.samples, clip.rate, rate), rate=rate)
