"""How far a score may lie from what other speakers would give.

Clips of one speaker are not independent: the speaker is what a new user draws. So whole speakers are drawn, with
replacement, as many as there are; the score is taken anew on all their clips; the middle 95 % of 1000 such scores is
the interval (percentile bootstrap over clusters; Efron and Tibshirani, An Introduction to the Bootstrap, 1993, ch. 13).
With two or four speakers it means little, and a page that shows it should say so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from undertone.evaluation.scores import confusion

DRAWS = 1000
COVERAGE = 0.95


def interval(
    labels: ArrayLike,
    predicted: ArrayLike,
    speakers: Sequence[str],
    score: Callable[[NDArray[np.int64]], float],
    *,
    classes: int,
    rng: np.random.Generator,
    draws: int = DRAWS,
) -> tuple[float, float]:
    """Return the 95 % interval of a score by drawing speakers.

    Parameters
    ----------
    labels, predicted : array_like of int, shape (n,)
        Class numbers.
    speakers : sequence of str, length n
        Whose clip each is.
    score : callable
        From a confusion matrix to a number: `undertone.evaluation.uar`, `undertone.evaluation.accuracy`.
    classes : int
        Number of classes.
    rng : numpy.random.Generator
        Draws the speakers.
    draws : int
        How often.

    Returns
    -------
    low, high : float
        With one speaker both are the score itself.

    Examples
    --------
    >>> from undertone.evaluation.scores import accuracy
    >>> rng = np.random.default_rng(0)
    >>> interval([0, 1, 0, 1], [0, 1, 1, 0], ["a", "a", "b", "b"], accuracy, classes=2, rng=rng)
    (0.0, 1.0)
    """
    matrices = by_group(labels, predicted, speakers, classes=classes)
    stack = np.stack(list(matrices.values()))  # a draw's confusion matrix is the sum of its speakers' matrices
    chosen = rng.integers(len(stack), size=(draws, len(stack)))
    scores = [score(stack[speakers_drawn].sum(axis=0)) for speakers_drawn in chosen]
    low, high = np.quantile(scores, [(1 - COVERAGE) / 2, (1 + COVERAGE) / 2])
    return float(low), float(high)


def by_group(
    labels: ArrayLike, predicted: ArrayLike, groups: Sequence[str], *, classes: int
) -> dict[str, NDArray[np.int64]]:
    """Return a confusion matrix for each group (speaker, sex), in alphabetical order."""
    true, guess, names = np.asarray(labels), np.asarray(predicted), np.asarray(groups)
    return {
        str(name): confusion(true[names == name], guess[names == name], classes=classes) for name in np.unique(names)
    }
