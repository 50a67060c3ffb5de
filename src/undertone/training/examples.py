"""What a network learns from."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from undertone.errors import InputError


@dataclass(frozen=True)
class Examples:
    """Feature arrays with their classes.

    Attributes
    ----------
    x : ndarray of float32, shape (n, ...)
        One row an example, scaled already: ``(n, 162)`` for ``article.v1``.
    y : ndarray of int64, shape (n,)
        Class numbers, from 0.
    weights : ndarray of float32, shape (n,), optional
        What each example counts in the loss; 1 when absent.

    Raises
    ------
    InputError
        Shapes that do not fit together, a negative class number, or a value that is not finite.
    """

    x: NDArray[np.float32]
    y: NDArray[np.int64]
    weights: NDArray[np.float32] | None = None

    def __post_init__(self) -> None:
        if self.y.shape != (len(self.x),) or (self.weights is not None and self.weights.shape != self.y.shape):
            weights = "no weights" if self.weights is None else f"weights {self.weights.shape}"
            raise InputError(f"examples: x {self.x.shape}, y {self.y.shape} and {weights} do not fit together")
        if len(self) and self.y.min() < 0:
            raise InputError(f"examples: class number {self.y.min()}; accepted: 0 and more")
        if not np.isfinite(self.x).all():
            row = int(np.argmax(~np.isfinite(self.x).reshape(len(self.x), -1).all(axis=1)))
            raise InputError(f"examples: row {row} of {len(self.x)} holds a value that is not finite")

    def __len__(self) -> int:
        return len(self.y)

    @property
    def digest(self) -> str:
        """The first 16 hex digits of a SHA-256 over the content."""
        digest = hashlib.sha256(str(self.x.shape).encode())
        for array in (self.x.astype("<f4"), self.y.astype("<i8"), self.weights):
            digest.update(b"none" if array is None else np.ascontiguousarray(array).tobytes())
        return digest.hexdigest()[:16]
