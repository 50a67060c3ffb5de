"""CumSum: running sums along an axis (``axis``), from either end, with or without the step itself."""

from __future__ import annotations

import numpy as np

from undertone.compiler.graph import Array, Node
from undertone.compiler.operators.operator import OPERATORS, Operator, Site
from undertone.compiler.operators.windows import count


def _compute(node: Node, inputs: list[Array | None]) -> list[Array]:
    x = inputs[0]
    assert x is not None
    axis = int(node.get("axis"))
    turned = np.flip(x, axis) if node.get("reverse") else x
    total = np.cumsum(turned, axis=axis, dtype=x.dtype)
    total = total - turned if node.get("exclusive") else total
    return [np.ascontiguousarray(np.flip(total, axis) if node.get("reverse") else total)]


def _emit(site: Site) -> str:
    shape = site.input(0).shape
    axis = int(site.node.get("axis")) % len(shape)
    outer, steps, inner = count(shape[:axis]), shape[axis], count(shape[axis + 1 :])
    step = f"{steps - 1} - s" if site.node.get("reverse") else "s"
    order = "y0[at] = sum; sum += x0[at];" if site.node.get("exclusive") else "sum += x0[at]; y0[at] = sum;"
    kind = {"float32": "float", "float64": "double"}.get(site.input(0).dtype, f"{site.input(0).dtype}_t")
    return f"""for (size_t o = 0; o < {outer}; o++)
    for (size_t i = 0; i < {inner}; i++) {{
        {kind} sum = 0;
        for (size_t s = 0; s < {steps}; s++) {{
            const size_t at = (o * {steps} + {step}) * {inner} + i;
            {order}
        }}
    }}"""


OPERATORS.add("CumSum", Operator(_compute, _emit))
