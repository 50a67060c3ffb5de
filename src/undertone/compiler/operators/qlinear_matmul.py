"""QLinearMatMul: a matrix product of integers, summed in int32, requantised to integers."""

from __future__ import annotations

import numpy as np

from undertone.compiler.graph import Array, Node, Tensor
from undertone.compiler.loops import C_TYPES, broadcast, nest, row_major
from undertone.compiler.operators.operator import OPERATORS, Operator, Site
from undertone.compiler.operators.requantize import emit_requantized, requantized, scale_size
from undertone.errors import ModelError, UnsupportedError

# What the inputs are: a, its scale and zero point, b, its scale and zero point, the scale and zero point of y.
A, A_SCALE, A_ZERO, B, B_SCALE, B_ZERO, Y_SCALE, Y_ZERO = range(8)


def _compute(node: Node, inputs: list[Array | None]) -> list[Array]:
    a, a_scale, a_zero, b, b_scale, b_zero, y_scale, y_zero = (np.asarray(x) for x in inputs)
    rows = (-1, 1) if a_scale.size > 1 else ()
    left = a.astype(np.int32) - a_zero.astype(np.int32).reshape(rows)
    right = b.astype(np.int32) - b_zero.astype(np.int32).reshape((-1,) if b_zero.size > 1 else ())
    scale = a_scale.reshape(rows) * b_scale.reshape((-1,) if b_scale.size > 1 else ()) / y_scale.reshape(())
    return [requantized(np.matmul(left, right), scale, y_zero)]


def _shapes(node: Node, inputs: list[Tensor | None]) -> list[Tensor]:
    a, b, zero = inputs[A], inputs[B], inputs[Y_ZERO]
    assert a is not None and b is not None and zero is not None
    if len(a.shape) < 2 or len(b.shape) < 2 or a.shape[-1] != b.shape[-2]:
        raise ModelError(f"{node}: {a} and {b} cannot be multiplied as matrices")
    for i, steps in ((A_SCALE, a.shape[-2]), (A_ZERO, a.shape[-2]), (B_SCALE, b.shape[-1]), (B_ZERO, b.shape[-1])):
        scale_size(node, inputs[i], steps)
    outer = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    return [Tensor((*outer, a.shape[-2], b.shape[-1]), zero.dtype)]


def _emit(site: Site) -> str:
    a, b, out = site.input(A).shape, site.input(B).shape, site.outputs[0].shape
    rows, depth, columns = a[-2], a[-1], b[-1]
    kinds = C_TYPES[site.input(A).dtype], C_TYPES[site.input(B).dtype], C_TYPES[site.outputs[0].dtype]

    def at(i: int, index: str) -> str:
        return f"x{i}[{index if site.input(i).size > 1 else 0}]"

    steps = [
        row_major((*out[:-2], rows * columns))[:-1],
        tuple(s * rows * depth for s in broadcast(a[:-2], out[:-2])),
        tuple(s * depth * columns for s in broadcast(b[:-2], out[:-2])),
    ]
    scale = f"{at(A_SCALE, 'r')} * {at(B_SCALE, 'c')} / x{Y_SCALE}[0]"
    body = f"""{{{{
    const {kinds[0]} *const a = x{A} + {{1}};
    const {kinds[1]} *const b = x{B} + {{2}};
    {kinds[2]} *const y = y0 + {{0}};
    for (size_t r = 0; r < {rows}; r++)
        for (size_t c = 0; c < {columns}; c++) {{{{
            int32_t sum = 0;
            for (size_t d = 0; d < {depth}; d++)
                sum += (a[r * {depth} + d] - {at(A_ZERO, "r")}) * (b[d * {columns} + c] - {at(B_ZERO, "c")});
            {emit_requantized(site, "sum", scale, f"x{Y_ZERO}[0]", f"y[r * {columns} + c]")}
        }}}}
}}}}"""
    return nest(out[:-2], steps, body)


def _check(site: Site) -> None:
    site.only_float32()
    for i in (A, B, Y_ZERO):
        if site.input(i).dtype not in ("int8", "uint8"):
            raise UnsupportedError(f"{site.node}: is compiled for int8 and uint8, not for {site.input(i).dtype}")


OPERATORS.add("QLinearMatMul", Operator(_compute, _emit, arity=(8, 8), shapes=_shapes, check=_check))
