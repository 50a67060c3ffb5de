"""Drop the quiet edges of a clip."""

from __future__ import annotations

import dataclasses

from undertone.runtime import host
from undertone.types import Clip


def trim(clip: Clip, *, trim_db: float) -> Clip:
    """Keep what lies between the first and the last frame that is less than `trim_db` below the loudest.

    Frames of 2048 samples, hops of 512, centred; equal to ``librosa.effects.trim(top_db=trim_db)``. 0 keeps all;
    so does digital silence.

    Examples
    --------
    >>> import numpy as np
    >>> tone = np.sin(np.arange(8192, dtype=np.float32) / 9)
    >>> trim(Clip(np.concatenate([np.zeros(8192, np.float32), tone]), 22050), trim_db=40.0).samples.shape
    (8704,)
    """
    begin, end = host.trim(clip.samples, trim_db)
    return dataclasses.replace(clip, samples=clip.samples[begin:end])
