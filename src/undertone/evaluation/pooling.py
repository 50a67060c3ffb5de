"""Two opinions on the same things, weighed: a logarithmic pool whose weights make the truth as probable as can be."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from undertone.errors import InputError
from undertone.evaluation.calibration import softmax

STEPS, ENOUGH = 50, 1e-9


def pooled_scores(opinions: ArrayLike, weights: ArrayLike) -> NDArray[np.float32]:
    """Return ``softmax(sum of weight * logits)``, shape (n, classes), of opinions of shape (several, n, classes)."""
    return softmax(np.tensordot(np.asarray(weights, np.float64), np.asarray(opinions, np.float64), axes=1))


def fit_pool(opinions: ArrayLike, labels: ArrayLike) -> NDArray[np.float64]:
    """Fit the weights of opinions: the least cross-entropy, every class counting as much as every other.

    The loss is convex in the weights; Newton's steps find its least. A weight is never negative: an opinion that is
    worse than none is not heard.

    Parameters
    ----------
    opinions : array_like, shape (several, n, classes)
        Logits, or logarithms of probabilities, on examples that trained none of the opinions.
    labels : array_like of int, shape (n,)
        Class numbers.

    Returns
    -------
    ndarray of float64, shape (several,)

    Raises
    ------
    InputError
        No examples, or shapes that do not fit together.

    Examples
    --------
    >>> right = np.log([[0.8, 0.2], [0.2, 0.8], [0.8, 0.2], [0.2, 0.8], [0.8, 0.2]])
    >>> fit_pool([right], [0, 1, 0, 1, 1]).round(2).tolist()  # right five times in six, class by class: ln 5 / ln 4
    [1.16]
    """
    logits, true = np.asarray(opinions, np.float64), np.asarray(labels, np.int64)
    if logits.ndim != 3 or true.shape != logits.shape[1:2] or not len(true):
        raise InputError(f"a pool needs (several, n, classes) and (n,), n at least 1; got {logits.shape}, {true.shape}")
    count = 1 / np.bincount(true)[true]
    share = count / count.sum()
    weights = np.full(len(logits), 1 / len(logits))
    for _ in range(STEPS):
        scores = pooled_scores(logits, weights).astype(np.float64)
        expected = (logits * scores).sum(axis=2)
        slope = (share * (expected - logits[:, np.arange(len(true)), true])).sum(axis=1)
        apart = logits - expected[:, :, None]
        bend = np.einsum("inc,jnc,nc,n->ij", apart, apart, scores, share) + 1e-6 * np.eye(len(weights))
        free = (weights > 0) | (slope < 0)
        step = np.zeros(len(weights))
        step[free] = np.linalg.solve(bend[np.ix_(free, free)], slope[free])
        moved = np.maximum(0.0, weights - np.clip(step, -0.5, 0.5))
        if np.abs(moved - weights).max() < ENOUGH:
            break
        weights = moved
    return weights
