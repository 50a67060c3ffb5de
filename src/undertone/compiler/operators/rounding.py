"""Abs, Neg, Sign, Floor, Ceil, Round, Mod, IsNaN, IsInf: element-wise."""

from __future__ import annotations

import numpy as np

from undertone.compiler.graph import Array, Node
from undertone.compiler.operators.elementwise import elementwise
from undertone.compiler.operators.operator import Site

elementwise("Floor", np.floor, "floor{f}(a)")
elementwise("Ceil", np.ceil, "ceil{f}(a)")
elementwise("Round", np.rint, "rint{f}(a)")
elementwise("Abs", np.abs, "a < 0 ? -a : a == 0 ? 0 : a", dtypes=None)
elementwise("Neg", np.negative, "-a", dtypes=None)
elementwise("Sign", np.sign, "a > 0 ? 1 : a < 0 ? -1 : a", dtypes=None)
elementwise("IsNaN", np.isnan, "a != a", to="bool")


def _infinite(node: Node, x: Array) -> Array:
    up, down = node.get("detect_positive", 1), node.get("detect_negative", 1)
    return np.asarray((np.isposinf(x) & bool(up)) | (np.isneginf(x) & bool(down)))


def _is_infinite(site: Site) -> str:
    tests = [
        f"a == {sign}INFINITY"
        for sign, flag in (("", "detect_positive"), ("-", "detect_negative"))
        if site.node.get(flag, 1)
    ]
    return " || ".join(tests) or "0"


def _modulo(node: Node, a: Array, b: Array) -> Array:
    """The sign of the divisor, as Python has it; with ``fmod`` that of the dividend, as C has it."""
    return np.asarray(np.fmod(a, b) if node.get("fmod") else np.mod(a, b))


def _remainder(site: Site) -> str:
    if site.input(0).dtype.startswith("float"):
        rest = "fmod{f}(a, b)"
        turned = f"{rest} != 0 && ({rest} < 0) != (b < 0) ? {rest} + b : {rest}"
        return rest if site.node.get("fmod") else turned
    zero, natural = "b == 0 ? 0 : ", site.input(0).dtype.startswith("u")
    return zero + (
        "a % b" if site.node.get("fmod") or natural else "(a % b != 0 && (a < 0) != (b < 0)) ? a % b + b : a % b"
    )


elementwise("IsInf", _infinite, _is_infinite, to="bool", attributes=True)
elementwise("Mod", _modulo, _remainder, operands=(2, 2), dtypes=None, attributes=True)
