"""Concat: tensors one after the other along an axis."""

from __future__ import annotations

import numpy as np

from undertone.compiler.graph import Array, Node, Tensor
from undertone.compiler.operators.operator import OPERATORS, Operator, Site
from undertone.compiler.operators.windows import count
from undertone.errors import ModelError


def _compute(node: Node, inputs: list[Array | None]) -> list[Array]:
    return [np.concatenate([a for a in inputs if a is not None], axis=int(node.get("axis")))]


def _shapes(node: Node, inputs: list[Tensor | None]) -> list[Tensor]:
    tensors = [t for t in inputs if t is not None]
    first, rank = tensors[0], len(tensors[0].shape)
    axis = int(node.get("axis"))
    axis += rank if axis < 0 else 0
    rest = {(t.dtype, t.shape[:axis], t.shape[axis + 1 :], len(t.shape)) for t in tensors}
    if not 0 <= axis < rank or len(rest) > 1:
        raise ModelError(f"{node}: {', '.join(map(str, tensors))} cannot be joined along axis {node.get('axis')}")
    steps = sum(t.shape[axis] for t in tensors)
    return [Tensor((*first.shape[:axis], steps, *first.shape[axis + 1 :]), first.dtype)]


def _emit(site: Site) -> str:
    y = site.outputs[0]
    axis = int(site.node.get("axis")) % len(y.shape)
    outer, row = count(y.shape[:axis]), count(y.shape[axis:])
    lines, at = [f"for (size_t i = 0; i < {outer}; i++) {{"], 0
    for n, tensor in enumerate(site.inputs):
        assert tensor is not None
        run = count(tensor.shape[axis:])
        lines.append(f"    memcpy(y0 + i * {row} + {at}, x{n} + i * {run}, {run} * sizeof *y0);")
        at += run
    return "\n".join([*lines, "}"])


OPERATORS.add("Concat", Operator(_compute, _emit, arity=(1, 1 << 16), shapes=_shapes))
