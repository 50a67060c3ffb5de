"""FixedMean: the mean of bytes along ``axes``, as ReduceMean, rescaled.

clamp((sum * multiplier + offset) >> shift, 0, 255)
"""

from __future__ import annotations

import numpy as np

from undertone.compiler.graph import Array, Node
from undertone.compiler.loops import literal, nest, row_major
from undertone.compiler.operators.fixed_point import rescale
from undertone.compiler.operators.operator import OPERATORS, Operator, Site
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
    x, out, node = site.input(0), site.outputs[0], site.node
    axes = reduced_axes(node, len(x.shape))
    kept = row_major(tuple(1 if i in axes else n for i, n in enumerate(x.shape)))
    into = tuple(0 if i in axes else s for i, s in enumerate(kept))
    multiplier, offset = (literal(int(node.get(k)), "int64") for k in ("multiplier", "offset"))
    return f"""int32_t *const sums = scratch;
memset(sums, 0, {out.size} * sizeof *sums);
{nest(x.shape, [into, row_major(x.shape)], "sums[{0}] += x0[{1}];")}
for (size_t i = 0; i < {out.size}; i++)
    y0[i] = ut_byte(((int64_t)sums[i] * {multiplier} + {offset}) >> {node.get("shift")});"""


OPERATORS.add("FixedMean", Operator(_compute, _emit, scratch=_scratch, kernels=("fixed_point",)))
