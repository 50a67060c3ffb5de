"""ArgMax, ArgMin: where along an axis the largest or smallest lies; the first of equals, or the last."""

from __future__ import annotations

import numpy as np

from undertone.compiler.graph import Array, Node
from undertone.compiler.operators.operator import OPERATORS, Operator, Site
from undertone.compiler.operators.windows import count


def _compute(node: Node, inputs: list[Array | None]) -> list[Array]:
    x = inputs[0]
    assert x is not None
    axis, find = int(node.get("axis", 0)), np.argmax if node.op == "ArgMax" else np.argmin
    if node.get("select_last_index"):
        place = x.shape[axis] - 1 - find(np.flip(x, axis), axis=axis)
    else:
        place = find(x, axis=axis)
    return [np.asarray(np.expand_dims(place, axis) if node.get("keepdims", 1) else place, np.int64)]


def _emit(site: Site) -> str:
    shape = site.input(0).shape
    axis = int(site.node.get("axis", 0)) % len(shape)
    outer, steps, inner = count(shape[:axis]), shape[axis], count(shape[axis + 1 :])
    better = (">" if site.node.op == "ArgMax" else "<") + ("=" if site.node.get("select_last_index") else "")
    return f"""for (size_t o = 0; o < {outer}; o++)
    for (size_t i = 0; i < {inner}; i++) {{
        size_t best = 0;
        for (size_t s = 1; s < {steps}; s++)
            if (x0[(o * {steps} + s) * {inner} + i] {better} x0[(o * {steps} + best) * {inner} + i]) best = s;
        y0[o * {inner} + i] = (int64_t)best;
    }}"""


for _name in ("ArgMax", "ArgMin"):
    OPERATORS.add(_name, Operator(_compute, _emit))
