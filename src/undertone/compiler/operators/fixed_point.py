"""From an integer sum to a byte: one multiplication, one addition, one shift, the same everywhere.

    rescale(v) = clamp((v * multiplier + offset) >> shift, floor, ceiling)

in 64-bit integers; ``>>`` rounds down. The offset carries the zero point and the half that makes it round to nearest
(a tie goes up), so there is exactly one rounding. What a real factor and addend become is chosen by `fixed`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from undertone.compiler.graph import Array, Node

Reals = NDArray[np.float64]
BITS = 30  # of the largest multiplier: with a 32-bit sum the product keeps below 2^61


@dataclass(frozen=True)
class Rescale:
    """Integers that stand for ``v * factor + addend``, rounded.

    Attributes
    ----------
    multiplier : ndarray of int32
        One a channel.
    offset : ndarray of int64
        One a channel.
    shift : int
        One for all channels.
    """

    multiplier: NDArray[np.int32]
    offset: NDArray[np.int64]
    shift: int


def fixed(factor: Reals | float, addend: Reals | float) -> Rescale:
    """Choose the integers of a real factor and addend.

    Parameters
    ----------
    factor, addend : ndarray of float64 or float
        One a channel; the addend in output steps, zero point included.

    Returns
    -------
    Rescale
        The largest multiplier has 30 bits, as far as the offset leaves room, and none has more.

    Examples
    --------
    >>> r = fixed(0.25, 10.0)
    >>> [(v * int(r.multiplier[0]) + int(r.offset[0])) >> r.shift for v in (-4, 0, 1, 2, 100)]
    [9, 10, 10, 11, 35]
    """
    factors, addends = np.broadcast_arrays(np.atleast_1d(factor), np.atleast_1d(addend))
    largest = max(float(np.abs(factors).max(initial=0.0)), 2.0**-80)
    room = 60 - math.ceil(math.log2(float(np.abs(addends).max(initial=0.0)) + 2))
    shift = max(1, min(BITS - 1 - math.floor(math.log2(largest)), room))
    most = 2**BITS - 1  # kernels double it
    multiplier = np.clip(np.rint(np.ldexp(factors, shift)), -most, most).astype(np.int32)
    offset = np.rint(np.ldexp(addends + 0.5, shift)).astype(np.int64)
    return Rescale(multiplier, offset, shift)


def rescale(node: Node, sums: Array, multiplier: Array | int, offset: Array | int) -> Array:
    """Apply it in numpy, by a node's ``shift``, ``floor`` and ``ceiling`` (absent: 0 and 255); channels last."""
    scaled = (sums.astype(np.int64) * multiplier + offset) >> int(node.get("shift"))
    return np.asarray(np.clip(scaled, node.get("floor", 0), node.get("ceiling", 255)), np.uint8)


def exact_product(a: Array, b: Array) -> NDArray[np.int64]:
    """Multiply integer matrices: in float64, which is exact below 2^53 and far faster than numpy's integers."""
    return np.rint(a.astype(np.float64) @ b.astype(np.float64)).astype(np.int64)
