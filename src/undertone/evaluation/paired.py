"""How far a gain may lie from what other clips of the same speaker would give: two answers to the same clips, compared.

Clips are drawn with replacement, as many as there are; UAR after less UAR before is taken on each draw; the middle 95 %
of the draws is the interval (paired percentile bootstrap; Efron and Tibshirani, 1993).
A class of which a draw has no clip is left out of both.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from undertone.evaluation.intervals import COVERAGE, DRAWS


def paired_interval(
    labels: NDArray[np.int64],
    before: NDArray[np.int64],
    after: NDArray[np.int64],
    *,
    rng: np.random.Generator,
    draws: int = DRAWS,
) -> tuple[float, float]:
    """Return the 95 % interval of what UAR gains on the same clips.

    Parameters
    ----------
    labels, before, after : ndarray of int64, shape (n,)
        Class numbers: what was said, and the two answers.
    rng : numpy.random.Generator
        Draws the clips.
    draws : int
        How often.

    Returns
    -------
    low, high : float
        Of UAR, -1 to 1.

    Examples
    --------
    >>> labels = np.array([0, 0, 1, 1])
    >>> paired_interval(labels, labels, labels, rng=np.random.default_rng(0))
    (0.0, 0.0)
    """
    one_hot = np.eye(labels.max() + 1)[labels]
    drawn = rng.multinomial(len(labels), np.full(len(labels), 1 / len(labels)), draws)
    count = drawn @ one_hot
    occurs = count > 0

    def each(answers: NDArray[np.int64]) -> NDArray[np.float64]:
        recalls = (drawn @ (one_hot * (answers == labels)[:, None])) / np.maximum(count, 1)
        return np.asarray((recalls * occurs).sum(axis=1) / occurs.sum(axis=1))

    low, high = np.quantile(each(after) - each(before), [(1 - COVERAGE) / 2, (1 + COVERAGE) / 2])
    return float(low), float(high)
