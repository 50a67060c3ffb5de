"""Doubt: a segment unlike those of the training softens its own answer.

A network of rectifiers is nearly linear far from its training data, so its logits grow with the distance, and with them
its confidence, whatever it hears (Hein, Andriushchenko and Bitterwolf, Why ReLU networks yield high-confidence
predictions far away from the training data, 2019). White noise louder than the voice made the article's network surer
than the voice alone. Here the temperature grows with the distance too, which takes that growth out again.

How strange a segment is: the root mean square of its numbers, each less its mean and over its deviation among training
segments. The numbers of a vector are the scaled features; of a sequence, each column's mean and log variance over time,
which a noisy segment shifts too. The limit is the 95th percentile of training segments: within it nothing changes.

A short segment is too little to be sure of, strange or not: where it is shorter than 95 of 100 training recordings the
temperature grows by the root of how many times. `listener/doubt.c` does the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from undertone.errors import InputError

USUAL = 0.95  # of the training segments lie within the limit, and are no shorter than what is usual
FAINTEST = 1e-8  # added to a variance before its logarithm; the compiled program has the same

Floats = NDArray[np.float32]


def _none() -> Floats:
    return np.zeros(0, np.float32)


@dataclass(frozen=True)
class Doubt:
    """What training segments were like.

    Attributes
    ----------
    limit : float
        How strange a segment may be before its answer is softened; more than 0.
    mean, inv_scale : ndarray of float32, shape (2 * columns,) or (0,)
        Of each column's mean and log variance over time; empty for vectors, whose scaler says the same.
    statistics : int
        Of a sequence with statistics behind it, how many they are: a vector that alone counts. 0: all numbers count.
    usual_s : float
        Seconds; a shorter segment softens its answer. 0: lengths do not matter, as in older bundles.
    """

    limit: float
    mean: Floats = field(default_factory=_none)
    inv_scale: Floats = field(default_factory=_none)
    statistics: int = 0
    usual_s: float = 0.0

    def strangeness(self, inputs: Floats) -> NDArray[np.float64]:
        """Return how strange segments are; 1 is the root mean square of the training itself.

        Parameters
        ----------
        inputs : ndarray of float32, shape (segments, ...)
            What the network is given.

        Returns
        -------
        ndarray of float64, shape (segments,)
        """
        flat = inputs.reshape(len(inputs), -1)[:, -self.statistics :]
        told = flat.astype(np.float64)
        if self.mean.size:
            told = (_summaries(flat, len(self.mean) // 2) - self.mean) * self.inv_scale
        return np.asarray(np.sqrt(np.mean(np.square(told), axis=1)))

    def softening(self, inputs: Floats, seconds: ArrayLike) -> NDArray[np.float64]:
        """Return what each segment's temperature is multiplied by: ``max(1, strangeness / limit)`` times `shortness`.

        Parameters
        ----------
        inputs : ndarray of float32, shape (segments, ...)
            What the network is given.
        seconds : array_like, shape (segments,)
            Lengths.
        """
        return np.maximum(1.0, self.strangeness(inputs) / self.limit) * self.shortness(seconds)

    def shortness(self, seconds: ArrayLike) -> NDArray[np.float64]:
        """Return ``sqrt(max(1, usual_s / seconds))``.

        Examples
        --------
        >>> Doubt(1.0, usual_s=1.6).shortness([3.0, 1.6, 0.4]).tolist()
        [1.0, 1.0, 2.0]
        """
        return np.sqrt(np.maximum(1.0, self.usual_s / np.asarray(seconds, np.float64)))


def fit_doubt(inputs: Floats, seconds: ArrayLike = (), *, columns: int = 0, statistics: int = 0) -> Doubt:
    """Learn what is usual from training segments.

    Parameters
    ----------
    inputs : ndarray of float32, shape (segments, numbers)
        Scaled, as the network is given them; at least one.
    seconds : array_like of float
        Lengths of the longest segments of the training recordings; empty: lengths will not matter.
    columns : int
        Of a sequence, how many numbers a frame has; 0 for vectors.
    statistics : int
        Of a sequence with statistics behind it, how many they are: they alone are looked at, as a vector; 0 for others.

    Examples
    --------
    >>> doubt = fit_doubt(np.float32([[1, -1], [2, -2], [1, 1]]))
    >>> round(doubt.limit, 2), doubt.softening(np.float32([[1, 1], [40, 0]]), [3.0, 3.0]).round(1).tolist()
    (1.9, [1.0, 14.9])
    """
    if not inputs.size:
        raise InputError(f"doubt needs segments of the training, at least one; got an array of shape {inputs.shape}")
    flat = np.asarray(inputs, np.float32).reshape(len(inputs), -1)
    plain = Doubt(1.0, statistics=statistics)
    if columns:
        summaries = _summaries(flat, columns)
        deviation = summaries.std(axis=0)
        scale = np.where(deviation > 1e-6, deviation, 1.0)  # a column that never moves has nothing to say
        plain = Doubt(1.0, summaries.mean(axis=0).astype(np.float32), (1 / scale).astype(np.float32))
    limit = float(np.quantile(plain.strangeness(flat), USUAL))
    usual_s = float(np.quantile(lengths, 1 - USUAL)) if (lengths := np.asarray(seconds, np.float64)).size else 0.0
    return Doubt(limit if limit > 0 else 1.0, plain.mean, plain.inv_scale, statistics, usual_s)


def _summaries(flat: Floats, columns: int) -> NDArray[np.float64]:
    """Return each column's mean and log variance over time, shape (segments, 2 * columns)."""
    told = np.empty((len(flat), 2 * columns))
    for row, values in zip(told, flat, strict=True):  # one at a time: a corpus of sequences fills the memory once
        frames = values.reshape(-1, columns).astype(np.float64)
        row[:columns] = frames.mean(axis=0)
        row[columns:] = np.log(frames.var(axis=0) + FAINTEST)
    return told
