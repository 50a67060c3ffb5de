"""BatchNormalization: a scale and a shift a channel. By constants, a pass makes it Mul and Add.

With ``training_mode`` the mean and the variance are those of the input itself (networks without running statistics are
exported so), and two more outputs give the running ones: running * momentum + own * (1 - momentum).
"""

from __future__ import annotations

import numpy as np

from undertone.compiler.graph import Array, Node, Tensor
from undertone.compiler.loops import C_TYPES, literal, nest, row_major
from undertone.compiler.operators.operator import OPERATORS, Operator, Site
from undertone.compiler.operators.windows import count
from undertone.errors import ModelError


def scale_and_shift(node: Node, gamma: Array, beta: Array, mean: Array, variance: Array) -> tuple[Array, Array]:
    """Return (scale, shift), so that y = x * scale + shift; computed in float64, rounded once."""
    scale = gamma.astype(np.float64) / np.sqrt(variance.astype(np.float64) + float(node.get("epsilon", 1e-5)))
    shift = beta.astype(np.float64) - mean.astype(np.float64) * scale
    return scale.astype(gamma.dtype), shift.astype(gamma.dtype)


def _compute(node: Node, inputs: list[Array | None]) -> list[Array]:
    x, *vectors = [a for a in inputs if a is not None]
    gamma, beta, mean, variance = vectors
    running: list[Array] = []
    if node.get("training_mode"):
        axes, momentum = tuple(i for i in range(x.ndim) if i != _axis(node, x.ndim)), float(node.get("momentum", 0.9))
        own = x.astype(np.float64).mean(axis=axes), x.astype(np.float64).var(axis=axes)
        pairs = zip((mean, variance), own, strict=True)
        running = [(old * momentum + new * (1 - momentum)).astype(old.dtype) for old, new in pairs]
        mean, variance = own
    scale, shift = scale_and_shift(node, gamma, beta, mean, variance)
    wide = (-1,) if node.get("layout") == "last" else (-1, *(1,) * (x.ndim - 2))
    return [(x * scale.reshape(wide) + shift.reshape(wide)).astype(x.dtype), *running]


def _axis(node: Node, rank: int) -> int:
    return rank - 1 if node.get("layout") == "last" else min(1, rank - 1)


def _shapes(node: Node, inputs: list[Tensor | None]) -> list[Tensor]:
    x = inputs[0]
    assert x is not None
    channels = x.shape[-1] if node.get("layout") == "last" else x.shape[1] if len(x.shape) > 1 else 1
    if any(t is None or t.shape != (channels,) for t in inputs[1:]):
        raise ModelError(f"{node}: scale, bias, mean and variance must have shape ({channels},)")
    mean, variance = inputs[3], inputs[4]
    assert mean is not None and variance is not None
    return [x, mean, variance] if node.get("training_mode") else [x]


def _emit(site: Site) -> str:
    x, f = site.input(0), "" if site.input(0).dtype == "float64" else "f"
    axis = _axis(site.node, len(x.shape))
    channel = tuple(1 if i == axis else 0 for i in range(len(x.shape)))
    epsilon = literal(float(site.node.get("epsilon", 1e-5)), x.dtype)
    if site.node.get("training_mode"):
        return _emit_own(site, axis, epsilon, f)
    body = f"y0[{{0}}] = (x0[{{0}}] - x3[{{1}}]) / sqrt{f}(x4[{{1}}] + {epsilon}) * x1[{{1}}] + x2[{{1}}];"
    return nest(x.shape, [row_major(x.shape), channel], body)


def _emit_own(site: Site, axis: int, epsilon: str, f: str) -> str:
    """Mean, then mean square distance to it, of each channel; then the channel itself."""
    x, kind = site.input(0), C_TYPES[site.input(0).dtype]
    outer, width, inner = count(x.shape[:axis]), x.shape[axis], count(x.shape[axis + 1 :])
    loops = f"for (size_t n = 0; n < {outer}; n++) for (size_t i = 0; i < {inner}; i++)"
    at, number = f"[(n * {width} + c) * {inner} + i]", literal(outer * inner, x.dtype)
    old, new = (literal(v, x.dtype) for m in (float(site.node.get("momentum", 0.9)),) for v in (m, 1 - m))
    return f"""for (size_t c = 0; c < {width}; c++) {{
    {kind} mean = 0, variance = 0;
    {loops} mean += x0{at};
    mean /= {number};
    {loops} variance += (x0{at} - mean) * (x0{at} - mean);
    variance /= {number};
    const {kind} scale = x1[c] / sqrt{f}(variance + {epsilon});
    {loops} y0{at} = (x0{at} - mean) * scale + x2[c];
    y1[c] = x3[c] * {old} + mean * {new};
    y2[c] = x4[c] * {old} + variance * {new};
}}"""


OPERATORS.add("BatchNormalization", Operator(_compute, _emit, arity=(5, 5), shapes=_shapes))
