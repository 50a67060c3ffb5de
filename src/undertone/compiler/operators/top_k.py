"""TopK: the ``k`` largest or smallest along an axis, best first, and where they lie; of equals the earlier first."""

from __future__ import annotations

import numpy as np

from undertone.compiler.graph import Array, Node
from undertone.compiler.operators.operator import OPERATORS, Operator, Site
from undertone.compiler.operators.windows import count


def _compute(node: Node, inputs: list[Array | None]) -> list[Array]:
    x = inputs[0]
    assert x is not None
    axis, k = int(node.get("axis", -1)), int(np.ravel(node.get("k"))[0])
    if k > x.shape[axis]:
        raise ValueError(f"k is {k}, but axis {axis} has {x.shape[axis]} steps")
    key = x.astype(np.float64) if x.dtype.kind == "f" else x.astype(object)
    order = np.argsort(-key if node.get("largest", 1) else key, axis=axis, kind="stable")
    place = np.take(order, range(k), axis=axis)
    return [np.take_along_axis(x, place, axis), place.astype(np.int64)]


def _emit(site: Site) -> str:
    shape, k = site.input(0).shape, int(np.ravel(site.node.get("k"))[0])
    axis = int(site.node.get("axis", -1)) % len(shape)
    outer, steps, inner = count(shape[:axis]), shape[axis], count(shape[axis + 1 :])
    better = ">" if site.node.get("largest", 1) else "<"
    return f"""for (size_t o = 0; o < {outer}; o++)
    for (size_t i = 0; i < {inner}; i++)
        for (size_t s = 0; s < {steps}; s++) {{
            size_t at = s < {k} ? s : {k};
            while (at > 0 && x0[(o * {steps} + s) * {inner} + i] {better} y0[(o * {k} + at - 1) * {inner} + i]) {{
                if (at < {k}) {{
                    y0[(o * {k} + at) * {inner} + i] = y0[(o * {k} + at - 1) * {inner} + i];
                    y1[(o * {k} + at) * {inner} + i] = y1[(o * {k} + at - 1) * {inner} + i];
                }}
                at--;
            }}
            if (at < {k}) {{
                y0[(o * {k} + at) * {inner} + i] = x0[(o * {steps} + s) * {inner} + i];
                y1[(o * {k} + at) * {inner} + i] = (int64_t)s;
            }}
        }}"""


OPERATORS.add("TopK", Operator(_compute, _emit))
