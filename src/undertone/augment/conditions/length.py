"""How much is heard of a voice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from undertone.types import Clip


def of_length(clip: Clip, more: Sequence[Clip], *, seconds: float) -> Clip:
    """Return the middle of a clip; of one that is too short, the clip and then others, joined without a pause.

    Parameters
    ----------
    clip : Clip
    more : sequence of Clip
        What the same voice says in the same way, at the same rate. When all have been heard they begin again.
    seconds : float
        So long it is.
    """
    wanted = max(1, round(seconds * clip.rate))
    missing = wanted - len(clip.samples)
    if missing <= 0:
        begin = -missing // 2
        return replace(clip, samples=clip.samples[begin : begin + wanted])
    return replace(clip, samples=np.resize(np.concatenate([clip.samples, *(m.samples for m in more)]), wanted))
