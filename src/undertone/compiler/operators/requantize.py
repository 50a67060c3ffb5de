"""From the int32 sums of integer products back to 8 bits: what the QLinear operators share.

y = clip(rint(sum * scale) + zero)        scale = a's * b's / y's, in float32, in this order
"""

from __future__ import annotations

import numpy as np

from undertone.compiler.graph import Array, Node, Tensor
from undertone.compiler.loops import C_TYPES
from undertone.compiler.operators.operator import Site
from undertone.errors import UnsupportedError


def requantized(total: Array, scale: Array, zero: Array) -> Array:
    """Scale, round half to even, move and clip.

    Parameters
    ----------
    total : ndarray of int32
        Sums of products.
    scale : ndarray of float32
        Broadcasts against ``total``.
    zero : ndarray of int8 or uint8, one element
        The zero point of the result, and its type.

    Examples
    --------
    >>> import numpy as np
    >>> requantized(np.int32([-5, 5, 9000]), np.float32(0.5), np.int8(3)).tolist()
    [1, 5, 127]
    """
    limits = np.iinfo(zero.dtype)
    y = np.rint(total.astype(np.float32) * scale.astype(np.float32)) + np.float32(zero.reshape(()))
    return np.asarray(np.clip(y, limits.min, limits.max).astype(zero.dtype))


def emit_requantized(site: Site, total: str, scale: str, zero: str, result: str) -> str:
    """Write the C of it: the same roundings in the same order, so that the bits are the same everywhere."""
    out = site.outputs[0].dtype
    low, high = np.iinfo(out).min, np.iinfo(out).max
    return (
        f"const float q = rintf((float){total} * ({scale})) + (float){zero}; "
        f"{result} = ({C_TYPES[out]})(q < {low} ? {low} : q > {high} ? {high} : q);"
    )


def scale_size(node: Node, tensor: Tensor | None, steps: int) -> None:
    """Refuse a scale or zero point that is neither for the whole tensor nor one for each of its steps."""
    assert tensor is not None
    if tensor.size != 1 and tensor.shape != (steps,):
        raise UnsupportedError(
            f"{node}: a scale or zero point of shape {tensor.shape} is not compiled; one for all, or ({steps},), is"
        )
