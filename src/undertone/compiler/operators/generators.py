"""Range, ConstantOfShape, Size: values of parameters alone. Importers compute them; the C never sees them."""

from __future__ import annotations

import numpy as np

from undertone.compiler.graph import Array, Node
from undertone.compiler.operators.cast import TYPES
from undertone.compiler.operators.operator import OPERATORS, Operator, Site


def _emit(site: Site) -> str:
    raise AssertionError(f"{site.node}: is computed when the model is read")


def _range(node: Node, inputs: list[Array | None]) -> list[Array]:
    start, limit, delta = (np.asarray(a).reshape(-1)[0] for a in inputs if a is not None)
    return [np.arange(start, limit, delta, dtype=start.dtype)]


def _filled(node: Node, inputs: list[Array | None]) -> list[Array]:
    assert inputs[0] is not None
    value = node.get("value", (0.0,))
    dtype = TYPES[int(node.get("value_type", 1))]
    return [np.full(tuple(int(n) for n in inputs[0]), value[0], dtype)]


def _size(node: Node, inputs: list[Array | None]) -> list[Array]:
    assert inputs[0] is not None
    return [np.array(inputs[0].size, np.int64)]


OPERATORS.add("Range", Operator(_range, _emit, arity=(3, 3), constants=(0, 1, 2)))
OPERATORS.add("ConstantOfShape", Operator(_filled, _emit, constants=(0,)))
OPERATORS.add("Size", Operator(_size, _emit))
