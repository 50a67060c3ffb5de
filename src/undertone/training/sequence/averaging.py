"""The running average of a network's weights, which generalises better than any one step of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray


class RunningAverage:
    """Averages of all that a network is saved with: kernels and the statistics of its normalisations alike.

    Parameters
    ----------
    model : keras.Model
        Its weights now are the first values.
    decay : float
        Weight of the past once the average is warm; at step t it is at most (1 + t) / (10 + t).
    """

    def __init__(self, model: Any, decay: float) -> None:
        self.decay = decay
        self.steps = 0
        self.arrays: list[NDArray[Any]] = [np.array(value) for value in model.get_weights()]

    def update(self, weights: Sequence[NDArray[Any]]) -> None:
        """Take the weights after a step, in the order of ``model.get_weights()``, into the average."""
        keep = np.float32(min(self.decay, (1 + self.steps) / (10 + self.steps)))
        self.steps += 1
        for average, value in zip(self.arrays, weights, strict=True):
            average += (1 - keep) * (value - average)
