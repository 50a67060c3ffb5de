"""Range, ConstantOfShape, Size: values of parameters alone. Importers compute them; the C never sees them."""

from __future__ import annotations

import math

import numpy as np

from undertone.compiler.graph import Array, Node, Tensor
from undertone.compiler.operators.cast import TYPES
from undertone.compiler.operators.operator import OPERATORS, Operator, Site, bounded


def _emit(site: Site) -> str:
    raise AssertionError(f"{site.node}: is computed when the model is read")


def _range(node: Node, inputs: list[Array | None]) -> list[Array]:
    start, limit, delta = (np.asarray(a).reshape(-1)[0] for a in inputs if a is not None)
    steps = max(0, math.ceil((float(limit) - float(start)) / float(delta)))
    bounded(str(node), Tensor((steps,), start.dtype.name))
    return [np.arange(start, limit, delta, dtype=start.dtype)]


def _filled(node: Node, inputs: list[Array | None]) -> list[Array]:
    assert inputs[0] is not None
    value = node.get("value", (0.0,))
    dtype = TYPES[int(node.get("value_type", 1))]
    shape = tuple(int(n) for n in inputs[0])
    bounded(str(node), Tensor(shape, dtype))
    return [np.full(shape, value[0], dtype)]


def _size(node: Node, inputs: list[Array | None]) -> list[Array]:
    assert inputs[0] is not None
    return [np.array(inputs[0].size, np.int64)]


OPERATORS.add("Range", Operator(_range, _emit, arity=(3, 3), constants=(0, 1, 2)))
OPERATORS.add("ConstantOfShape", Operator(_filled, _emit, constants=(0,)))
OPERATORS.add("Size", Operator(_size, _emit))
