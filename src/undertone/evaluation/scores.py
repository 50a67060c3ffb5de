"""Scores of labels against predictions.

Conventions: labels and predictions are class numbers 0 .. classes-1. The confusion matrix has a row for each true
class and a column for each predicted one (as scikit-learn). UAR, the unweighted average recall, is the mean of the
recalls of the classes that occur among the labels (scikit-learn's balanced accuracy); accuracy is the share of right
answers (the literature's WA; some papers swap the two names). A class that does not occur has recall NaN.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from undertone.errors import InputError


def confusion(labels: ArrayLike, predicted: ArrayLike, *, classes: int) -> NDArray[np.int64]:
    """Count each pair of true and predicted class.

    Parameters
    ----------
    labels, predicted : array_like of int, shape (n,)
        Class numbers, at least one.
    classes : int
        Number of classes.

    Returns
    -------
    ndarray of int64, shape (classes, classes)
        Row: true class; column: predicted class.

    Raises
    ------
    InputError
        Nothing to score, lengths that differ, or a number that is no class.

    Examples
    --------
    >>> confusion([0, 0, 1], [0, 1, 1], classes=2).tolist()
    [[1, 1], [0, 1]]
    """
    true, guess = np.asarray(labels, dtype=np.int64), np.asarray(predicted, dtype=np.int64)
    _check(true, guess, classes)
    return np.bincount(true * classes + guess, minlength=classes * classes).reshape(classes, classes)


def recalls(matrix: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the share of each true class that was found; NaN for a class that does not occur.

    Parameters
    ----------
    matrix : ndarray of int64, shape (classes, classes)
        As `confusion` gives it.

    Returns
    -------
    ndarray of float64, shape (classes,)
    """
    occurs = matrix.sum(axis=1)
    return np.where(occurs > 0, np.diag(matrix) / np.maximum(occurs, 1), np.nan)


def uar(matrix: NDArray[np.int64]) -> float:
    """Return the mean recall over the classes that occur, 0 .. 1.

    Examples
    --------
    >>> uar(confusion([0, 0, 0, 1], [0, 0, 0, 0], classes=3))
    0.5
    """
    return float(np.nanmean(recalls(matrix)))


def accuracy(matrix: NDArray[np.int64]) -> float:
    """Return the share of right answers, 0 .. 1.

    Examples
    --------
    >>> accuracy(confusion([0, 0, 0, 1], [0, 0, 0, 0], classes=3))
    0.75
    """
    return float(np.trace(matrix) / matrix.sum())


def absent(matrix: NDArray[np.int64]) -> tuple[int, ...]:
    """Return the classes that do not occur among the labels; a page that shows the UAR must name them."""
    return tuple(int(c) for c in np.flatnonzero(matrix.sum(axis=1) == 0))


def _check(true: NDArray[np.int64], guess: NDArray[np.int64], classes: int) -> None:
    if true.ndim != 1 or true.shape != guess.shape or len(true) == 0:
        raise InputError(
            f"scores need equally many labels and predictions, at least one; got {true.shape}, {guess.shape}"
        )
    low, high = min(true.min(), guess.min()), max(true.max(), guess.max())
    if low < 0 or high >= classes:
        raise InputError(f"scores need class numbers 0 to {classes - 1}; got {low} to {high}")
