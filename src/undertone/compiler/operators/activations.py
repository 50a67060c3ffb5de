"""Relu, Clip, Sigmoid, Tanh: element-wise curves."""

from __future__ import annotations

import numpy as np

from undertone.compiler.graph import Array, Node
from undertone.compiler.operators.elementwise import elementwise, rowwise
from undertone.compiler.operators.operator import OPERATORS, Operator, Site


def _sigmoid(x: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-x)))


elementwise("Relu", lambda x: np.maximum(x, np.zeros((), x.dtype)), "a < 0 ? 0 : a", dtypes=None)
elementwise("Sigmoid", _sigmoid, "1 / (1 + exp{f}(-a))")
elementwise("Tanh", np.tanh, "tanh{f}(a)")


def _clip(node: Node, inputs: list[Array | None]) -> list[Array]:
    x, low, high = (*inputs, None, None)[:3]
    assert x is not None
    out = x if low is None else np.maximum(x, low)
    return [np.asarray(out if high is None else np.minimum(out, high)).astype(x.dtype)]


def _emit_clip(site: Site) -> str:
    lines = [f"for (size_t i = 0; i < {site.outputs[0].size}; i++) {{", "    y0[i] = x0[i];"]
    if site.has(1):
        lines.append("    if (y0[i] < *x1) y0[i] = *x1;")
    if site.has(2):
        lines.append("    if (y0[i] > *x2) y0[i] = *x2;")
    return "\n".join([*lines, "}"])


OPERATORS.add("Clip", Operator(_clip, _emit_clip, arity=(1, 3), reach=rowwise, over=True))
