"""What a matrix product or a convolution does to each sum before it is written.

    post(v) = clamp(v + bias, low, high) * scale + shift

bias, scale and shift are optional inputs, one value a column; low and high are attributes, absent when nothing is
cut off. Passes build it from the additions, activations and normalisations that follow.
"""

from __future__ import annotations

import math

import numpy as np

from undertone.compiler.graph import Array, Node
from undertone.compiler.loops import literal
from undertone.compiler.operators.operator import Site


def apply(node: Node, sums: Array, vectors: list[Array | None]) -> Array:
    """Apply it in numpy; ``vectors`` are bias, scale and shift as far as they are given, along the last axis."""
    bias, scale, shift = (*vectors, None, None, None)[:3]
    out = sums if bias is None else sums + bias
    if "low" in node.attributes:
        out = np.maximum(out, np.array(node.get("low"), out.dtype))
    if "high" in node.attributes:
        out = np.minimum(out, np.array(node.get("high"), out.dtype))
    return out if scale is None or shift is None else out * scale + shift


def bounds(node: Node) -> str:
    """Write the fields of `ut_rows_shape` that cut off."""
    low, high = node.get("low", -math.inf), node.get("high", math.inf)
    return f".low = {literal(low)}, .high = {literal(high)}"


def vectors(site: Site, first: int, offset: int = 0) -> str:
    """Write a `ut_post`: inputs ``first`` (bias), then scale and shift; ``offset`` columns on."""
    plus = f" + {offset}" if offset else ""
    given = [f"x{i}{plus}" if site.has(i) else "NULL" for i in range(first, first + 3)]
    return f"(ut_post){{{', '.join(given)}}}"
