"""FixedAdd, FixedMul: two tensors of bytes to one, each with its own step and zero point; operands are broadcast.

    FixedAdd: clamp((a * first + b * second + offset) >> shift, 0, 255)
    FixedMul: clamp(((a - first) * (b - second) * multiplier + offset) >> shift, 0, 255)

All are whole numbers in the node's attributes; the offset carries the zero points and the half that rounds.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from undertone.compiler.graph import Array, Node
from undertone.compiler.loops import literal
from undertone.compiler.operators.elementwise import elementwise
from undertone.compiler.operators.fixed_point import rescale
from undertone.compiler.operators.operator import Site


def _add(node: Node, a: Array, b: Array) -> Array:
    sums = a.astype(np.int64) * int(node.get("first")) + b.astype(np.int64) * int(node.get("second"))
    return rescale(node, sums, 1, int(node.get("offset")))


def _mul(node: Node, a: Array, b: Array) -> Array:
    products = (a.astype(np.int64) - int(node.get("first"))) * (b.astype(np.int64) - int(node.get("second")))
    return rescale(node, products, int(node.get("multiplier")), int(node.get("offset")))


def _with(text: str) -> Callable[[Site], str]:
    """Fill a node's whole numbers into C text."""

    def fill(site: Site) -> str:
        names = ("first", "second", "multiplier", "offset", "shift")
        return text.format(**{n: literal(int(site.node.get(n, 0)), "int64") for n in names})

    return fill


for _name, _function, _sum in (
    ("FixedAdd", _add, "(int64_t)a * {first} + (int64_t)b * {second}"),
    ("FixedMul", _mul, "((int64_t)a - {first}) * ((int64_t)b - {second}) * {multiplier}"),
):
    elementwise(
        _name,
        _function,
        _with(f"ut_byte(({_sum} + {{offset}}) >> {{shift}})"),
        operands=(2, 2),
        dtypes=("uint8",),
        kernels=("fixed_point",),
        attributes=True,
    )
