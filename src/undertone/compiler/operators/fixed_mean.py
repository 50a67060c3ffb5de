"""FixedMean: the mean of bytes along ``axes``, as ReduceMean, rescaled.

clamp((sum * multiplier + offset) >> shift, 0, 255)
"""

from __future__ import annotations

import math

import numpy as np

from undertone.compiler.graph import Array, Node
from undertone.compiler.loops import literal, nest, row_major
from undertone.compiler.operators.fixed_point import rescale
from undertone.compiler.operators.operator import OPERATORS, Operator, Site
from undertone.compiler.operators.reach import Gather, Reach
from undertone.compiler.operators.reduce import reduced_axes


def _compute(node: Node, inputs: list[Array | None]) -> list[Array]:
    x = inputs[0]
    assert x is not None
    axes = reduced_axes(node, x.ndim)
    sums = x.sum(axis=axes, keepdims=bool(node.get("keepdims", 1)), dtype=np.int64)
    return [rescale(node, np.asarray(sums), int(node.get("multiplier")), int(node.get("offset")))]


def _scratch(site: Site) -> int:
    return site.outputs[0].size * 4


def _emit(site: Site) -> str:
    x = site.input(0)
    axes = reduced_axes(site.node, len(x.shape))
    kept = row_major(tuple(1 if i in axes else n for i, n in enumerate(x.shape)))
    into = tuple(0 if i in axes else s for i, s in enumerate(kept))
    begin, end = _ends(site)
    return f"{begin}\n{nest(x.shape, [into, row_major(x.shape)], 'sums[{0}] += x0[{1}];')}\n{end}"


def _ends(site: Site) -> tuple[str, str]:
    """Write what comes before and after the sums."""
    size, node = site.outputs[0].size, site.node
    multiplier, offset = (literal(int(node.get(k)), "int64") for k in ("multiplier", "offset"))
    return (
        f"""int32_t *const sums = scratch;
memset(sums, 0, {size} * sizeof *sums);""",
        f"""for (size_t i = 0; i < {size}; i++)
    y0[i] = ut_byte(((int64_t)sums[i] * {multiplier} + {offset}) >> {node.get("shift")});""",
    )


def _reach(site: Site) -> Reach | None:
    """Return that a mean over all axes between the first and the last takes rows as they come."""
    shape = site.input(0).shape
    if shape[0] != 1 or len(shape) < 3 or set(reduced_axes(site.node, len(shape))) != set(range(1, len(shape) - 1)):
        return None
    begin, end = _ends(site)
    rows = f"rows * {math.prod(shape[2:-1])}"
    take = f"""for (size_t s = 0; s < {rows}; s++)
    for (size_t c = 0; c < {shape[-1]}; c++) sums[c] += x0[s * {shape[-1]} + c];"""
    return Reach(site.node, gather=Gather(begin, take, end))


OPERATORS.add("FixedMean", Operator(_compute, _emit, scratch=_scratch, kernels=("fixed_point",), reach=_reach))
