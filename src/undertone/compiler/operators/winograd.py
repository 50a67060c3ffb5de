"""Minimal filtering: a few outputs of a convolution at once, by fewer products than taps (Winograd; Toom and Cook).

``tile`` outputs of ``taps`` weights need ``points = tile + taps - 1`` products instead of ``tile * taps``:

    y = outputs @ ((weights @ g) * (inputs @ d))        d: ``points`` inputs in a row, g: the taps

Transposed, this is the product of two polynomials by their values at ``points - 1`` numbers and at infinity; the
matrices follow from those numbers alone, here by exact fractions. Over channels the product in the middle becomes one
matrix product a point, which is where the time goes: the two transforms are shared by all of the other side's channels.

Rounding: the stages are sums of ``points`` terms, of N (channels, and parts and lines of a kernel), of ``points``; the
weights, the matrices and the bias round once each. With u = 2**-24 an output is off by no more than

    (N + 2 points + 4) u * |outputs| @ (sum over N of (|weights| @ |g|) * (|inputs| @ |d|))

(Higham, Accuracy and Stability of Numerical Algorithms, 3.1, first order). Small numbers and their reciprocals keep the
magnitudes low: on noise the error is about twice that of the direct sum, for 4 outputs of 4 taps.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

# Numbers in the order in which they are used; each adds the least to the error measured with those before it.
NUMBERS = tuple(Fraction(*pair) for pair in ((0, 1), (1, 1), (-1, 1), (2, 1), (-1, 2), (1, 2)))


@dataclass(frozen=True)
class Winograd:
    """The three matrices, in double.

    Attributes
    ----------
    inputs : ndarray, shape (points, points)
        From inputs in a row to the points.
    weights : ndarray, shape (points, taps)
        From taps to the points.
    outputs : ndarray, shape (tile, points)
        From the points' products to outputs in a row.
    """

    inputs: NDArray[np.float64]
    weights: NDArray[np.float64]
    outputs: NDArray[np.float64]


def winograd(tile: int, taps: int) -> Winograd:
    """Derive the matrices.

    Parameters
    ----------
    tile, taps : int
        Outputs at once and weights of the filter; together at most 8.

    Examples
    --------
    >>> import numpy as np
    >>> f = winograd(2, 3)
    >>> d, g = np.array([1.0, 2.0, 3.0, 4.0]), np.array([1.0, 0.0, -2.0])
    >>> f.outputs @ ((f.weights @ g) * (f.inputs @ d)), np.correlate(d, g)
    (array([-5., -6.]), array([-5., -6.]))
    """
    points = tile + taps - 1
    numbers = NUMBERS[: points - 1]
    assert len(numbers) == points - 1, f"F({tile}, {taps}) needs {points - 1} numbers"
    at_points = [[number**k for k in range(points)] for number in numbers] + [
        [Fraction(0)] * (points - 1) + [Fraction(1)]
    ]
    inputs = np.array(_inverse(at_points), np.float64).T
    weights, outputs = _values(numbers, taps), _values(numbers, tile).T
    scale = 2.0 ** np.round(np.log2(np.abs(inputs).max(axis=1, keepdims=True)))  # a power of two rounds nothing
    return Winograd(inputs / scale, weights * scale, outputs)


def _values(numbers: tuple[Fraction, ...], terms: int) -> NDArray[np.float64]:
    """Return the matrix from coefficients to values at the numbers and at infinity."""
    at_infinity = [0.0] * (terms - 1) + [1.0]
    return np.array([[float(number**k) for k in range(terms)] for number in numbers] + [at_infinity])


def _inverse(matrix: list[list[Fraction]]) -> list[list[Fraction]]:
    """Invert exactly, by Gauss and Jordan."""
    size = len(matrix)
    rows = [[*row, *(Fraction(int(i == k)) for k in range(size))] for i, row in enumerate(matrix)]
    for column in range(size):
        pivot = next(i for i in range(column, size) if rows[i][column])
        rows[column], rows[pivot] = rows[pivot], rows[column]
        head = [value / rows[column][column] for value in rows[column]]
        rows = [
            head if i == column else [a - row[column] * b for a, b in zip(row, head, strict=True)]
            for i, row in enumerate(rows)
        ]
    return [row[size:] for row in rows]
