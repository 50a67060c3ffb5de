"""Concat: tensors one after the other along an axis."""

from __future__ import annotations

import numpy as np

from undertone.compiler.graph import Array, Node
from undertone.compiler.operators.operator import OPERATORS, Operator, Site
from undertone.compiler.operators.windows import count


def _compute(node: Node, inputs: list[Array | None]) -> list[Array]:
    return [np.concatenate([a for a in inputs if a is not None], axis=int(node.get("axis")))]


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


OPERATORS.add("Concat", Operator(_compute, _emit, arity=(1, 1 << 16)))
