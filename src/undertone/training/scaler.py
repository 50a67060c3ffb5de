"""Zero mean and unit deviation, learned from the training side of a fold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from undertone.errors import InputError


@dataclass(frozen=True)
class Scaler:
    """``z = (x - mean) * (1 / scale)`` in float32, the arithmetic of the compiled program.

    Attributes
    ----------
    mean, scale : ndarray of float32, shape (size,)
        ``scale`` is nowhere 0. Of sequences: one value a column, for all frames alike.
    """

    mean: NDArray[np.float32]
    scale: NDArray[np.float32]

    def apply(self, x: NDArray[np.float32]) -> NDArray[np.float32]:
        """Scale features of shape (..., size), or (..., frames * size) of sequences that lie flat."""
        inverse = np.float32(1) / self.scale
        by_column = x.reshape(*x.shape[:-1], -1, len(self.mean))
        return np.asarray((by_column - self.mean) * inverse, dtype=np.float32).reshape(x.shape)

    def followed_by(self, other: Scaler) -> Scaler:
        """Return a scaler of what lies side by side."""
        return Scaler(np.concatenate([self.mean, other.mean]), np.concatenate([self.scale, other.scale]))


def fit_scaler(x: NDArray[np.float32]) -> Scaler:
    """Learn a scaler from training features.

    Parameters
    ----------
    x : ndarray of float32, shape (n, size)
        Features of the training examples only, at least one.

    Returns
    -------
    Scaler
        With the population's deviation (ddof 0, as scikit-learn's StandardScaler); a constant column keeps scale 1.

    Examples
    --------
    >>> fit_scaler(np.array([[1.0, 5.0], [3.0, 5.0]], np.float32))
    Scaler(mean=array([2., 5.], dtype=float32), scale=array([1., 1.], dtype=float32))
    """
    if x.ndim != 2 or not len(x):
        raise InputError(f"a scaler needs features of shape (n, size) with n at least 1; got {x.shape}")
    mean, deviation = x.mean(axis=0, dtype=np.float64), x.std(axis=0, dtype=np.float64)
    # Of a constant column rounding leaves a deviation of the order of its mean times the float64 epsilon, not 0.
    constant = deviation <= np.abs(mean) * 1e-12
    return Scaler(mean.astype(np.float32), np.where(constant, 1, deviation).astype(np.float32))


def no_scaler(size: int) -> Scaler:
    """Return a scaler that leaves features as they are: `melpitch.v1` is normalised by its definition."""
    return Scaler(np.zeros(size, np.float32), np.ones(size, np.float32))
