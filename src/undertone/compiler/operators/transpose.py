"""Transpose: the axes in another order (attribute ``perm``; without it, reversed)."""

from __future__ import annotations

import numpy as np

from undertone.compiler.graph import Array, Node, Tensor
from undertone.compiler.loops import nest, row_major
from undertone.compiler.operators.operator import OPERATORS, Operator, Site
from undertone.errors import ModelError


def order(node: Node, rank: int) -> tuple[int, ...]:
    """Return which axis of the input each axis of the output is."""
    return tuple(node.get("perm", tuple(reversed(range(rank)))))


def _compute(node: Node, inputs: list[Array | None]) -> list[Array]:
    assert inputs[0] is not None
    return [np.ascontiguousarray(np.transpose(inputs[0], order(node, inputs[0].ndim)))]


def _shapes(node: Node, inputs: list[Tensor | None]) -> list[Tensor]:
    x = inputs[0]
    assert x is not None
    axes = order(node, len(x.shape))
    if sorted(axes) != list(range(len(x.shape))):
        raise ModelError(f"{node}: axes {axes} are not those of {x}")
    return [Tensor(tuple(x.shape[axis] for axis in axes), x.dtype)]


def _emit(site: Site) -> str:
    x, y = site.input(0), site.outputs[0]
    steps = row_major(x.shape)
    read = tuple(steps[axis] for axis in order(site.node, len(x.shape)))
    return nest(y.shape, [row_major(y.shape), read], "y0[{0}] = x0[{1}];")


OPERATORS.add("Transpose", Operator(_compute, _emit, shapes=_shapes))
