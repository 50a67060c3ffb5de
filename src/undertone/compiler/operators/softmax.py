"""Softmax: exponentials of what is given, less its largest, by their sum along one axis. LogSoftmax: its log."""

from __future__ import annotations

import numpy as np

from undertone.compiler.graph import Array, Node
from undertone.compiler.loops import C_TYPES
from undertone.compiler.operators.operator import OPERATORS, Operator, Site
from undertone.compiler.operators.windows import count


def _compute(node: Node, inputs: list[Array | None]) -> list[Array]:
    x = inputs[0]
    assert x is not None
    axis = int(node.get("axis", -1))
    less = x - x.max(axis=axis, keepdims=True)
    powers = np.exp(less)
    total = powers.sum(axis=axis, keepdims=True)
    return [np.asarray(less - np.log(total) if node.op == "LogSoftmax" else powers / total).astype(x.dtype)]


def _emit(site: Site) -> str:
    shape, kind = site.input(0).shape, C_TYPES[site.input(0).dtype]
    axis = int(site.node.get("axis", -1)) % len(shape)
    outer, steps, inner = count(shape[:axis]), shape[axis], count(shape[axis + 1 :])
    exp = "exp" if kind == "double" else "expf"
    at = f"s * {inner}" if inner > 1 else "s"
    offset = [(n, t) for n, t in ((outer, f"o * {steps * inner}"), (inner, "i")) if n > 1]
    loops = [f"for (size_t {t[0]} = 0; {t[0]} < {n}; {t[0]}++)" for n, t in offset]
    place = "".join(f" + {t}" for _, t in offset)
    end = f"y[{at}] /= sum"
    if site.node.op == "LogSoftmax":
        end = f"y[{at}] = x[{at}] - largest - {exp.replace('exp', 'log')}(sum)"
    body = f"""{{
    const {kind} *const x = x0{place};
    {kind} *const y = y0{place};
    {kind} largest = x[0], sum = 0;
    for (size_t s = 1; s < {steps}; s++) largest = x[{at}] > largest ? x[{at}] : largest;
    for (size_t s = 0; s < {steps}; s++) sum += y[{at}] = {exp}(x[{at}] - largest);
    for (size_t s = 0; s < {steps}; s++) {end};
}}"""
    return "\n".join([*loops, body])


for _name in ("Softmax", "LogSoftmax"):
    OPERATORS.add(_name, Operator(_compute, _emit))
