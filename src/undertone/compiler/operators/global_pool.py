"""GlobalAveragePool, GlobalMaxPool: one value a channel for all steps of time and space."""

from __future__ import annotations

import numpy as np

from undertone.compiler.graph import Array, Node
from undertone.compiler.operators.operator import OPERATORS, Operator, Site
from undertone.compiler.operators.reach import Gather, Reach
from undertone.compiler.operators.windows import channels, count, spatial


def _axes(node: Node, rank: int) -> tuple[int, ...]:
    return tuple(range(1, rank - 1)) if node.get("layout") == "last" else tuple(range(2, rank))


def _compute(node: Node, inputs: list[Array | None]) -> list[Array]:
    x = inputs[0]
    assert x is not None
    reduce = np.max if node.op == "GlobalMaxPool" else np.mean
    return [np.asarray(reduce(x, axis=_axes(node, x.ndim), keepdims=True)).astype(x.dtype)]


def _emit(site: Site) -> str:
    x = site.input(0)
    steps, width = count(spatial(site.node, x.shape)), channels(site.node, x.shape)
    if site.node.get("layout") == "last" and x.shape[0] == 1:
        gather = _gather(site)
        return f"const size_t rows = {x.shape[1]};\n{gather.begin}\n{gather.take}\n{gather.end}"
    last = site.node.get("layout") == "last"
    at = f"(n * {steps} + s) * {width} + c" if last else f"(n * {width} + c) * {steps} + s"
    largest = site.node.op == "GlobalMaxPool"
    step = f"if (x0[{at}] > *y) *y = x0[{at}];" if largest else f"*y += x0[{at}];"
    end = "" if largest else f"\n        *y /= {steps};"
    kind = "double" if x.dtype == "float64" else "float"
    return f"""for (size_t n = 0; n < {x.shape[0]}; n++)
    for (size_t c = 0; c < {width}; c++) {{
        {kind} *const y = y0 + n * {width} + c;
        *y = {"-INFINITY" if largest else "0"};
        for (size_t s = 0; s < {steps}; s++) {step}{end}
    }}"""


def _gather(site: Site) -> Gather:
    """Write the pool as it takes rows of a channel-last tensor: each channel's sum runs in the order of the steps."""
    x, largest = site.input(0), site.node.op == "GlobalMaxPool"
    width = x.shape[-1]
    each, steps = f"for (size_t c = 0; c < {width}; c++)", count(x.shape[2:-1])
    value = f"x0[s * {width} + c]"
    step = f"if ({value} > y0[c]) y0[c] = {value};" if largest else f"y0[c] += {value};"
    return Gather(
        f"{each} y0[c] = {'-INFINITY' if largest else '0'};",
        f"for (size_t s = 0; s < rows * {steps}; s++)\n    {each} {step}",
        "" if largest else f"{each} y0[c] /= {count(x.shape[1:-1])};",
    )


def _reach(site: Site) -> Reach | None:
    apart = site.node.get("layout") == "last" and site.input(0).shape[0] == 1 and len(site.input(0).shape) > 2
    return Reach(site.node, gather=_gather(site)) if apart else None


for _name in ("GlobalAveragePool", "GlobalMaxPool"):
    OPERATORS.add(_name, Operator(_compute, _emit, reach=_reach))
