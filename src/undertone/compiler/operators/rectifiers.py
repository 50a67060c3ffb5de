"""The family of Relu: LeakyRelu, PRelu, Elu, Selu, Celu, Gelu, HardSigmoid, Softplus, Mish and others."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from undertone.compiler.graph import Array, Node
from undertone.compiler.loops import literal
from undertone.compiler.operators.elementwise import elementwise
from undertone.compiler.operators.operator import Site
from undertone.compiler.operators.powers import erf

# Defaults are ONNX's.
ALPHA, GAMMA = 1.67326319217681884765625, 1.05070102214813232421875


def _with(text: str, **defaults: float) -> Callable[[Site], str]:
    """Fill a node's attributes, as literals of its type, into C text."""

    def fill(site: Site) -> str:
        values = {n: literal(float(site.node.get(n, d)), site.input(0).dtype) for n, d in defaults.items()}
        return text.format(**values, f="{f}")

    return fill


def _leaky(node: Node, x: Array) -> Array:
    return np.where(x < 0, x * x.dtype.type(node.get("alpha", 0.01)), x)


def _elu(node: Node, x: Array) -> Array:
    return np.where(x < 0, x.dtype.type(node.get("alpha", 1.0)) * np.expm1(x), x)


def _selu(node: Node, x: Array) -> Array:
    curve = np.where(x < 0, node.get("alpha", ALPHA) * np.expm1(x), x)
    return np.asarray(node.get("gamma", GAMMA) * curve)


def _celu(node: Node, x: Array) -> Array:
    alpha = float(node.get("alpha", 1.0))
    return np.asarray(np.maximum(x, 0) + np.minimum(0, alpha * np.expm1(x / alpha)))


def _gelu(node: Node, x: Array) -> Array:
    if node.get("approximate") == "tanh":
        return np.asarray(0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))))
    return np.asarray(0.5 * x * (1 + erf(x / np.sqrt(2.0).astype(x.dtype))))


def _emit_gelu(site: Site) -> str:
    half, cubic, rate, root = (
        literal(v, site.input(0).dtype) for v in (0.5, 0.044715, 0.7978845608028654, 0.7071067811865476)
    )
    if site.node.get("approximate") == "tanh":
        return f"{half} * a * (1 + tanh{{f}}({rate} * (a + {cubic} * a * a * a)))"
    return f"{half} * a * (1 + erf{{f}}(a * {root}))"


def _hard_sigmoid(node: Node, x: Array) -> Array:
    return np.asarray(np.clip(x * node.get("alpha", 0.2) + node.get("beta", 0.5), 0, 1))


def _softplus(x: Array) -> Array:
    return np.asarray(np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x))))


def _shrink(node: Node, x: Array) -> Array:
    bias, bound = node.get("bias", 0.0), node.get("lambd", 0.5)
    return np.where(x < -bound, x + bias, np.where(x > bound, x - bias, 0))


def _emit_shrink(site: Site) -> str:
    bias, bound = float(site.node.get("bias", 0.0)), float(site.node.get("lambd", 0.5))
    kind = "float32" if site.input(0).dtype == "float32" else "float64"
    b, limit = literal(bias, kind), literal(bound, kind)
    return f"a < -{limit} ? a + {b} : a > {limit} ? a - {b} : 0"


def _swish(node: Node, x: Array) -> Array:
    return np.asarray(x / (1 + np.exp(-x * x.dtype.type(node.get("alpha", 1.0)))))


SOFTPLUS = "(a > 0 ? a : 0) + log1p{f}(exp{f}(a < 0 ? a : -a))"
elementwise("LeakyRelu", _leaky, _with("a < 0 ? a * {alpha} : a", alpha=0.01), attributes=True)
elementwise("PRelu", lambda x, slope: np.where(x < 0, x * slope, x), "a < 0 ? a * b : a", operands=(2, 2), dtypes=None)
elementwise("Elu", _elu, _with("a < 0 ? {alpha} * expm1{f}(a) : a", alpha=1.0), attributes=True)
elementwise(
    "Selu", _selu, _with("{gamma} * (a < 0 ? {alpha} * expm1{f}(a) : a)", alpha=ALPHA, gamma=GAMMA), attributes=True
)
elementwise("Celu", _celu, _with("a < 0 ? {alpha} * expm1{f}(a / {alpha}) : a", alpha=1.0), attributes=True)
elementwise("Gelu", _gelu, _emit_gelu, attributes=True)
elementwise(
    "HardSigmoid",
    _hard_sigmoid,
    _with("fmax{f}(0, fmin{f}(1, a * {alpha} + {beta}))", alpha=0.2, beta=0.5),
    attributes=True,
)
elementwise("HardSwish", lambda x: x * np.clip(x / 6 + 0.5, 0, 1), "a * fmax{f}(0, fmin{f}(1, (a + 3) / 6))")
elementwise(
    "ThresholdedRelu",
    lambda node, x: np.where(x > node.get("alpha", 1.0), x, 0),
    _with("a > {alpha} ? a : 0", alpha=1.0),
    attributes=True,
)
elementwise("Softplus", _softplus, SOFTPLUS)
elementwise("Softsign", lambda x: x / (1 + np.abs(x)), "a / (1 + fabs{f}(a))")
elementwise("Mish", lambda x: x * np.tanh(_softplus(x)), f"a * tanh{{f}}({SOFTPLUS})")
elementwise("Shrink", _shrink, _emit_shrink, dtypes=None, attributes=True)
elementwise("Swish", _swish, _with("a / (1 + exp{f}(-a * {alpha}))", alpha=1.0), attributes=True)
