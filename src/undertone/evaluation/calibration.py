"""Scores that mean what they say: one temperature, fitted on held-out speakers.

``softmax(log p / T)``: T above 1 softens what a network overstates, T below 1 sharpens; the best class stays the best
(Guo and others, On Calibration of Modern Neural Networks, 2017).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from undertone.errors import InputError

SMALLEST = 1e-30  # of a probability, before its logarithm; the compiled program has the same
COLDEST, HOTTEST = 0.25, 20.0  # a few held-out clips answered without a fault would else ask for certainty
BINS = 15

_GOLDEN = (5**0.5 - 1) / 2
_STEPS = 60  # each shrinks the bracket by 0.618: 60 of them to below 1e-11 of its width


def apply_temperature(probabilities: ArrayLike, temperature: float) -> NDArray[np.float32]:
    """Soften or sharpen distributions.

    Parameters
    ----------
    probabilities : array_like, shape (..., classes)
        A network's softmax.
    temperature : float
        More than 0; 1 leaves them as they are.

    Returns
    -------
    ndarray of float32, shape (..., classes)
        ``softmax(log(max(p, 1e-30)) / T)`` over the last axis.

    Examples
    --------
    >>> apply_temperature([0.8, 0.2], 2.0).round(4)
    array([0.6667, 0.3333], dtype=float32)
    """
    return softmax(log_probabilities(probabilities) / temperature)


def softmax(logits: ArrayLike) -> NDArray[np.float32]:
    """Return distributions over the last axis."""
    return np.exp(_log_softmax(np.asarray(logits, dtype=np.float64))).astype(np.float32)


def log_probabilities(probabilities: ArrayLike) -> NDArray[np.float64]:
    """Return ``log(max(p, 1e-30))``."""
    return np.asarray(np.log(np.maximum(np.asarray(probabilities, dtype=np.float64), SMALLEST)))


def fit_temperature(log_p: ArrayLike, labels: ArrayLike) -> float:
    """Find the temperature that gives held-out labels the highest likelihood.

    Parameters
    ----------
    log_p : array_like, shape (n, classes)
        As `log_probabilities` gives them, of examples that trained no weight.
    labels : array_like of int, shape (n,)
        Class numbers.

    Returns
    -------
    float
        0.25 to 20. The loss is unimodal in log T; golden-section search finds its least.

    Raises
    ------
    InputError
        No examples, or shapes that do not fit together.
    """
    logits, true = np.asarray(log_p, dtype=np.float64), np.asarray(labels, dtype=np.int64)
    if logits.ndim != 2 or true.shape != logits.shape[:1] or not len(true):
        raise InputError(f"a temperature needs (n, classes) and (n,), n at least 1; got {logits.shape}, {true.shape}")

    def loss(log_t: float) -> float:
        return -float(_log_softmax(logits / np.exp(log_t))[np.arange(len(true)), true].mean())

    low, high = np.log(COLDEST), np.log(HOTTEST)
    for _ in range(_STEPS):
        left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
        low, high = (low, right) if loss(left) <= loss(right) else (left, high)
    return float(np.exp((low + high) / 2))


@dataclass(frozen=True)
class ReliabilityBin:
    """Answers of about one score: how many, the mean of their best scores, and the share that is right."""

    count: int
    score: float
    right: float


def reliability(probabilities: ArrayLike, labels: ArrayLike, *, bins: int = BINS) -> tuple[ReliabilityBin, ...]:
    """Sort answers by their best score into bins of equal width, (i/bins, (i+1)/bins]; bins without any are left out.

    Parameters
    ----------
    probabilities, labels, bins
        As in `calibration_error`, which is the mean over answers of ``|right - score|`` of their bin.

    Examples
    --------
    >>> reliability([[0.9, 0.1], [0.9, 0.1]], [0, 1])
    (ReliabilityBin(count=2, score=0.9, right=0.5),)
    """
    scores, true = np.asarray(probabilities, dtype=np.float64), np.asarray(labels)
    best, right = scores.max(axis=1), scores.argmax(axis=1) == true
    place = np.clip(np.ceil(best * bins).astype(int) - 1, 0, bins - 1)
    return tuple(
        ReliabilityBin(int(here.sum()), float(best[here].mean()), float(right[here].mean()))
        for here in (place == number for number in range(bins))
        if here.any()
    )


def calibration_error(probabilities: ArrayLike, labels: ArrayLike, *, bins: int = BINS) -> float:
    """Return the expected calibration error (ECE), 0 .. 1.

    Predictions are sorted into bins of equal width by the score of their best class, (i/bins, (i+1)/bins]; the error
    is the mean over predictions of |share right - mean score| of their bin.

    Parameters
    ----------
    probabilities : array_like, shape (n, classes)
        Distributions.
    labels : array_like of int, shape (n,)
        Class numbers.
    bins : int
        15, as is usual; say the number beside the figure.

    Examples
    --------
    >>> round(calibration_error([[0.9, 0.1], [0.9, 0.1]], [0, 1]), 3)
    0.4
    """
    told = reliability(probabilities, labels, bins=bins)
    return sum(b.count * abs(b.right - b.score) for b in told) / sum(b.count for b in told)


def _log_softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    shifted = logits - logits.max(axis=-1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True)))
