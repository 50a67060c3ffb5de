"""Shape: the steps along each axis. Shapes are fixed, so it is a constant; importers compute it and the C never sees
it.
"""

from __future__ import annotations

import numpy as np

from undertone.compiler.graph import Array, Node
from undertone.compiler.operators.operator import OPERATORS, Operator, Site


def _compute(node: Node, inputs: list[Array | None]) -> list[Array]:
    assert inputs[0] is not None
    steps = inputs[0].shape[node.get("start", 0) : node.get("end")]
    return [np.array(steps, np.int64)]


def _emit(site: Site) -> str:
    shape = site.input(0).shape[site.node.get("start", 0) : site.node.get("end")]
    return "\n".join(f"y0[{i}] = {n};" for i, n in enumerate(shape))


OPERATORS.add("Shape", Operator(_compute, _emit))
