"""BatchNormalization at inference: a scale and a shift a channel. By constants, a pass makes it Mul and Add."""

from __future__ import annotations

import numpy as np

from undertone.compiler.graph import Array, Node, Tensor
from undertone.compiler.loops import literal, nest, row_major
from undertone.compiler.operators.operator import OPERATORS, Operator, Site
from undertone.errors import ModelError


def scale_and_shift(node: Node, gamma: Array, beta: Array, mean: Array, variance: Array) -> tuple[Array, Array]:
    """Return (scale, shift), so that y = x * scale + shift; computed in float64, rounded once."""
    scale = gamma.astype(np.float64) / np.sqrt(variance.astype(np.float64) + float(node.get("epsilon", 1e-5)))
    shift = beta.astype(np.float64) - mean.astype(np.float64) * scale
    return scale.astype(gamma.dtype), shift.astype(gamma.dtype)


def _compute(node: Node, inputs: list[Array | None]) -> list[Array]:
    x, *vectors = [a for a in inputs if a is not None]
    gamma, beta, mean, variance = vectors
    scale, shift = scale_and_shift(node, gamma, beta, mean, variance)
    wide = (-1,) if node.get("layout") == "last" else (-1, *(1,) * (x.ndim - 2))
    return [(x * scale.reshape(wide) + shift.reshape(wide)).astype(x.dtype)]


def _shapes(node: Node, inputs: list[Tensor | None]) -> list[Tensor]:
    x = inputs[0]
    assert x is not None
    channels = x.shape[-1] if node.get("layout") == "last" else x.shape[1] if len(x.shape) > 1 else 1
    if any(t is None or t.shape != (channels,) for t in inputs[1:]):
        raise ModelError(f"{node}: scale, bias, mean and variance must have shape ({channels},)")
    return [x]


def _emit(site: Site) -> str:
    x = site.input(0)
    axis = len(x.shape) - 1 if site.node.get("layout") == "last" else min(1, len(x.shape) - 1)
    channel = tuple(1 if i == axis else 0 for i in range(len(x.shape)))
    f = "" if x.dtype == "float64" else "f"
    epsilon = literal(float(site.node.get("epsilon", 1e-5)), x.dtype)
    body = f"y0[{{0}}] = (x0[{{0}}] - x3[{{1}}]) / sqrt{f}(x4[{{1}}] + {epsilon}) * x1[{{1}}] + x2[{{1}}];"
    return nest(x.shape, [row_major(x.shape), channel], body)


OPERATORS.add("BatchNormalization", Operator(_compute, _emit, arity=(5, 5), shapes=_shapes))
