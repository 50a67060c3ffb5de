"""Lookup: each byte through a table of 256, which any function of one value becomes in integers.

Inputs: x (uint8), table (uint8, 256 of them).
"""

from __future__ import annotations

import numpy as np

from undertone.compiler.graph import Array, Node, Tensor
from undertone.compiler.operators.elementwise import rowwise
from undertone.compiler.operators.operator import OPERATORS, Operator, Site
from undertone.errors import ModelError


def _shapes(node: Node, inputs: list[Tensor | None]) -> list[Tensor]:
    x, table = inputs[0], inputs[1]
    if x is None or x.dtype != "uint8" or table != Tensor((256,), "uint8"):
        raise ModelError(f"{node}: takes bytes and a table of 256 bytes, got {x} and {table}")
    return [x]


def _compute(node: Node, inputs: list[Array | None]) -> list[Array]:
    x, table = inputs[0], inputs[1]
    assert x is not None and table is not None
    return [np.asarray(table[x])]


def _emit(site: Site) -> str:
    return f"for (size_t i = 0; i < {site.outputs[0].size}; i++) y0[i] = x1[x0[i]];"


OPERATORS.add(
    "Lookup", Operator(_compute, _emit, arity=(2, 2), shapes=_shapes, constants=(1,), reach=rowwise, over=True)
)
