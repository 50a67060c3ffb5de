"""Gather: slices along an axis, chosen by whole numbers; negative ones count from the end.

ONNX leaves a number beyond the axis to the runtime; here it takes the nearest slice, and never reads past the tensor.
"""

from __future__ import annotations

import numpy as np

from undertone.compiler.graph import Array, Node, Tensor
from undertone.compiler.operators.operator import OPERATORS, Operator, Site
from undertone.compiler.operators.windows import count


def _compute(node: Node, inputs: list[Array | None]) -> list[Array]:
    data, indices = inputs[0], inputs[1]
    assert data is not None and indices is not None
    axis = int(node.get("axis", 0))
    steps = data.shape[axis]
    places = np.clip(np.where(indices < 0, indices + steps, indices), 0, max(steps - 1, 0))
    return [np.asarray(np.take(data, places.astype(np.int64), axis=axis))]


def _shapes(node: Node, inputs: list[Tensor | None]) -> list[Tensor]:
    data, indices = inputs[0], inputs[1]
    assert data is not None and indices is not None
    axis = int(node.get("axis", 0))
    axis += len(data.shape) if axis < 0 else 0
    data.shape[axis]
    return [Tensor((*data.shape[:axis], *indices.shape, *data.shape[axis + 1 :]), data.dtype)]


def _emit(site: Site) -> str:
    data, indices = site.input(0).shape, site.input(1)
    axis = int(site.node.get("axis", 0)) % len(data)
    outer, steps, row = count(data[:axis]), data[axis], count(data[axis + 1 :])
    return f"""for (size_t o = 0; o < {outer}; o++)
    for (size_t i = 0; i < {indices.size}; i++) {{
        ptrdiff_t at = (ptrdiff_t)x1[i] + (x1[i] < 0 ? {steps} : 0);
        at = at < 0 ? 0 : at > {steps - 1} ? {steps - 1} : at;
        memcpy(y0 + (o * {indices.size} + i) * {row}, x0 + (o * {steps} + (size_t)at) * {row}, {row} * sizeof *y0);
    }}"""


OPERATORS.add("Gather", Operator(_compute, _emit, arity=(2, 2), shapes=_shapes))
