"""Max, Min, Sum, Mean of several tensors: element-wise, with broadcasting, any number of them."""

from __future__ import annotations

from functools import reduce

import numpy as np

from undertone.compiler.graph import Array, Node, Tensor
from undertone.compiler.loops import C_TYPES, broadcast, nest, row_major
from undertone.compiler.operators.operator import OPERATORS, Operator, Site

STEPS = {"Max": "v > y ? v : y", "Min": "v < y ? v : y", "Sum": "y + v", "Mean": "y + v"}
NUMPY = {"Max": np.maximum, "Min": np.minimum, "Sum": np.add, "Mean": np.add}


def _compute(node: Node, inputs: list[Array | None]) -> list[Array]:
    arrays = [a for a in inputs if a is not None]
    out = np.asarray(reduce(NUMPY[node.op], arrays))
    return [(out / len(arrays)).astype(out.dtype) if node.op == "Mean" else out]


def _shapes(node: Node, inputs: list[Tensor | None]) -> list[Tensor]:
    tensors = [t for t in inputs if t is not None]
    return [Tensor(np.broadcast_shapes(*(t.shape for t in tensors)), tensors[0].dtype)]


def _emit(site: Site) -> str:
    out = site.outputs[0]
    kind, strides = C_TYPES[out.dtype], row_major(out.shape)
    given = [t for t in site.inputs if t is not None]
    lines = [nest(out.shape, [strides, broadcast(given[0].shape, out.shape)], "y0[{0}] = x0[{1}];")]
    for i, t in enumerate(given[1:], 1):
        body = f"{{{{ const {kind} v = x{i}[{{1}}], y = y0[{{0}}]; y0[{{0}}] = ({kind})({STEPS[site.node.op]}); }}}}"
        lines.append(nest(out.shape, [strides, broadcast(t.shape, out.shape)], body))
    if site.node.op == "Mean":
        lines.append(nest(out.shape, [strides], f"y0[{{0}}] /= {len(given)};"))
    return "\n".join(lines)


for _name in STEPS:
    OPERATORS.add(_name, Operator(_compute, _emit, arity=(1, 1 << 16), shapes=_shapes))
