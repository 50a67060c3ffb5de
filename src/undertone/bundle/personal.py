"""A second line over statistics, for voices that are known: what `undertone adapt` makes a personal bundle of.

The line in the network was fitted on statistics as they are, and must bear that voices differ. This one was fitted on
statistics less the mean of their speaker, so it answers better, but only where that mean is known. A bundle keeps it
beside its network; nothing asks it before `undertone adapt` puts it into the network's place of the line.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

#: What the network's line is called among the graph's constants: its weights (statistics, classes) and bias (classes,).
LINE_WEIGHTS, LINE_BIAS = "line_kernel", "line_bias"

#: How many clips, or segments of a voice that is followed, make the personal line as heavy as the general one.
HESITATION = 20
#: How many take half of the network's mean away.
NETWORK_HESITATION = 10
#: How many limits of doubt a segment may be strange and still tell of a voice that is followed.
UNHEARD = 2.0


@dataclass(frozen=True)
class PersonalLine:
    """Logits of a segment with statistics x of a voice with mean m: ``((x - m) * inv_scale) @ weights + bias``.

    Attributes
    ----------
    inv_scale : ndarray of float32, shape (statistics,)
        One over the deviation of the training statistics, each less its speaker's mean.
    weights : ndarray of float32, shape (statistics, classes)
        As the network weighs its line: they can stand in its place.
    bias : ndarray of float32, shape (classes,)
    limit : float
        How strange a segment of a known voice may be before its answer is softened (`undertone.evaluation.Doubt`).
    """

    inv_scale: Floats
    weights: Floats
    bias: Floats
    limit: float

    def to_bytes(self) -> bytes:
        """Write all arrays after each other, little-endian float32."""
        parts = (self.inv_scale, self.weights.ravel(), self.bias)
        return np.concatenate(parts).astype("<f4").tobytes()

    @staticmethod
    def from_bytes(content: bytes, *, classes: int, limit: float) -> PersonalLine:
        """Read what `to_bytes` wrote.

        Examples
        --------
        >>> line = PersonalLine(np.ones(5, np.float32), np.ones((5, 2), np.float32), np.zeros(2, np.float32), 1.5)
        >>> PersonalLine.from_bytes(line.to_bytes(), classes=2, limit=1.5).weights.shape
        (5, 2)
        """
        values = np.frombuffer(content, "<f4")
        size = (len(values) - classes) // (1 + classes)
        weights = values[size : len(values) - classes].reshape(size, classes)
        return PersonalLine(values[:size], weights, values[len(values) - classes :], limit)
