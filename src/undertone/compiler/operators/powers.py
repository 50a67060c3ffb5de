"""Exp, Log, Sqrt, Reciprocal, Pow, Erf: element-wise."""

from __future__ import annotations

import math

import numpy as np

from undertone.compiler.graph import Array, Node, Tensor
from undertone.compiler.operators.elementwise import elementwise, emit_elementwise
from undertone.compiler.operators.operator import OPERATORS, Operator, Site

elementwise("Exp", np.exp, "exp{f}(a)")
elementwise("Log", np.log, "log{f}(a)")
elementwise("Sqrt", np.sqrt, "sqrt{f}(a)")
elementwise("Reciprocal", lambda x: np.asarray(1 / x), "1 / a")


def erf(x: Array) -> Array:
    """Return the error function; numpy has none."""
    return np.asarray(np.vectorize(math.erf, otypes=[np.float64])(x)).astype(x.dtype).reshape(x.shape)


elementwise("Erf", erf, "erf{f}(a)")


def _power(node: Node, inputs: list[Array | None]) -> list[Array]:
    base, exponent = inputs[0], inputs[1]
    assert base is not None and exponent is not None
    with np.errstate(all="ignore"):
        return [np.asarray(np.power(base.astype(np.float64), exponent.astype(np.float64))).astype(base.dtype)]


def _shapes(node: Node, inputs: list[Tensor | None]) -> list[Tensor]:
    base, exponent = inputs[0], inputs[1]
    assert base is not None and exponent is not None
    return [Tensor(np.broadcast_shapes(base.shape, exponent.shape), base.dtype)]


def _emit_power(site: Site) -> str:
    single = site.input(0).dtype == site.input(1).dtype == "float32"
    return emit_elementwise(site, "powf(a, b)" if single else "pow((double)a, (double)b)")


OPERATORS.add("Pow", Operator(_power, _emit_power, arity=(2, 2), shapes=_shapes))
