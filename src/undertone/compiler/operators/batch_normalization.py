"""BatchNormalization at inference: a scale and a shift a channel. A pass makes it these; the C never sees it."""

from __future__ import annotations

import numpy as np

from undertone.compiler.graph import Array, Node, Tensor
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
    raise AssertionError(f"{site.node}: the pass 'affine' turns this into Mul and Add")


OPERATORS.add("BatchNormalization", Operator(_compute, _emit, arity=(5, 5), shapes=_shapes, constants=(1, 2, 3, 4)))
