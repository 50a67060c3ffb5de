"""InstanceNormalization: each channel of each item by its own mean and variance over time and space; channels first."""

from __future__ import annotations

import numpy as np

from undertone.compiler.graph import Array, Node, Tensor
from undertone.compiler.loops import literal
from undertone.compiler.operators.operator import OPERATORS, Operator, Site
from undertone.compiler.operators.windows import count
from undertone.errors import ModelError


def _compute(node: Node, inputs: list[Array | None]) -> list[Array]:
    x, scale, bias = inputs[0], inputs[1], inputs[2]
    assert x is not None and scale is not None and bias is not None
    axes = tuple(range(2, x.ndim))
    wide = (-1, *(1,) * (x.ndim - 2))
    mean, variance = x.mean(axis=axes, keepdims=True), x.var(axis=axes, keepdims=True)
    normal = (x - mean) / np.sqrt(variance + node.get("epsilon", 1e-5))
    return [np.asarray(normal * scale.reshape(wide) + bias.reshape(wide)).astype(x.dtype)]


def _shapes(node: Node, inputs: list[Tensor | None]) -> list[Tensor]:
    x, scale, bias = inputs
    assert x is not None
    if len(x.shape) < 3 or any(t is None or t.shape != (x.shape[1],) for t in (scale, bias)):
        raise ModelError(f"{node}: scale {scale} and bias {bias} do not fit the channels of {x}")
    return [x]


def _emit(site: Site) -> str:
    x = site.input(0)
    steps, width = count(x.shape[2:]), x.shape[1]
    epsilon = literal(float(site.node.get("epsilon", 1e-5)))
    return f"""for (size_t n = 0; n < {x.shape[0]}; n++)
    for (size_t c = 0; c < {width}; c++) {{
        const float *const x = x0 + (n * {width} + c) * {steps};
        float *const y = y0 + (n * {width} + c) * {steps};
        float mean = 0, variance = 0;
        for (size_t s = 0; s < {steps}; s++) mean += x[s];
        mean /= {steps};
        for (size_t s = 0; s < {steps}; s++) variance += (x[s] - mean) * (x[s] - mean);
        const float scale = x1[c] / sqrtf(variance / {steps} + {epsilon});
        for (size_t s = 0; s < {steps}; s++) y[s] = (x[s] - mean) * scale + x2[c];
    }}"""


def _check(site: Site) -> None:
    site.only_float32()


OPERATORS.add("InstanceNormalization", Operator(_compute, _emit, arity=(3, 3), shapes=_shapes, check=_check))
