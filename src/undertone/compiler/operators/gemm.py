"""Gemm: alpha * A' * B' + beta * C. The pass ``dense`` turns it into MatMul and Add; the C never sees it."""

from __future__ import annotations

import numpy as np

from undertone.compiler.graph import Array, Node
from undertone.compiler.operators.operator import OPERATORS, Operator, Site


def _compute(node: Node, inputs: list[Array | None]) -> list[Array]:
    a, b, c = (*inputs, None)[:3]
    assert a is not None and b is not None
    left = a.T if node.get("transA", 0) else a
    right = b.T if node.get("transB", 0) else b
    y = left @ right * np.array(node.get("alpha", 1.0), a.dtype)
    return [y if c is None else (y + np.array(node.get("beta", 1.0), a.dtype) * c).astype(a.dtype)]


def _emit(site: Site) -> str:
    raise AssertionError(f"{site.node}: the pass 'dense' turns this into MatMul and Add")


OPERATORS.add("Gemm", Operator(_compute, _emit, arity=(2, 3)))
