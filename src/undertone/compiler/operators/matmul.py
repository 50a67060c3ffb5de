"""MatMul: matrix product, with a bias and what follows fused in when the right side is constant.

Inputs: a, b, then optionally bias, scale and shift (`undertone.compiler.operators.post`).
"""

from __future__ import annotations

import numpy as np

from undertone.compiler.graph import Array, Node, Tensor
from undertone.compiler.loops import C_TYPES, broadcast, nest, row_major
from undertone.compiler.operators import post
from undertone.compiler.operators.operator import OPERATORS, Operator, Site
from undertone.compiler.operators.panels import panels
from undertone.compiler.operators.windows import count
from undertone.errors import ModelError


def _compute(node: Node, inputs: list[Array | None]) -> list[Array]:
    a, b = inputs[0], inputs[1]
    assert a is not None and b is not None
    return [post.apply(node, np.asarray(np.matmul(a, b)), inputs[2:])]


def _shapes(node: Node, inputs: list[Tensor | None]) -> list[Tensor]:
    a, b = inputs[0], inputs[1]
    assert a is not None and b is not None
    if not a.shape or not b.shape or a.shape[-1] != b.shape[-2 if len(b.shape) > 1 else 0]:
        raise ModelError(f"{node}: {a} and {b} cannot be multiplied")
    outer = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    rows = a.shape[-2:-1]
    columns = b.shape[-1:] if len(b.shape) > 1 else ()
    return [Tensor((*outer, *rows, *columns), a.dtype)]


def packed(site: Site) -> bool:
    """Say whether the right side is one constant float matrix, which is what the rows kernel takes."""
    return site.constants[1] is not None and len(site.input(1).shape) == 2 and site.input(0).dtype == "float32"


def _pack(node: Node, i: int, array: Array) -> Array:
    return panels(array) if i == 1 and array.ndim == 2 and array.dtype == np.float32 else array


def _emit(site: Site) -> str:
    if not packed(site):
        return _plain(site)
    depth, columns = site.input(1).shape
    rows = count(site.input(0).shape) // depth
    return (
        f"static const ut_rows_shape s = {{.rows = {rows}, .columns = {columns}, .step = {depth}, .outer = 1, "
        f".inner = 1, .depth = {depth}, .y_step = {columns}, .pool = 1, {post.bounds(site.node)}}};\n"
        f"ut_rows(&s, x0, x1, {post.vectors(site, 2)}, y0);"
    )


def _plain(site: Site) -> str:
    assert len(site.inputs) == 2, f"{site.node}: only a constant right side is fused"
    a, b, kind = site.input(0).shape, site.input(1).shape, C_TYPES[site.outputs[0].dtype]
    left = a if len(a) > 1 else (1, *a)
    right = b if len(b) > 1 else (*b, 1)
    outer = np.broadcast_shapes(left[:-2], right[:-2])
    rows, depth, columns = left[-2], left[-1], right[-1]
    steps = [row_major((*outer, rows * columns))[:-1], *(_outer(s, outer) for s in (left, right))]
    body = (
        f"{{{{\n    {kind} *const y = y0 + {{0}};\n    const {kind} *const a = x0 + {{1}}, *const b = x1 + {{2}};\n"
        f"    for (size_t r = 0; r < {rows}; r++) {{{{\n"
        f"        for (size_t c = 0; c < {columns}; c++) y[r * {columns} + c] = 0;\n"
        f"        for (size_t d = 0; d < {depth}; d++)\n"
        f"            for (size_t c = 0; c < {columns}; c++)\n"
        f"                y[r * {columns} + c] += a[r * {depth} + d] * b[d * {columns} + c];\n"
        f"    }}}}\n}}}}"
    )
    return nest(tuple(outer), steps, body)


def _outer(shape: tuple[int, ...], outer: tuple[int, ...]) -> tuple[int, ...]:
    """Steps along the outer axes, in elements: those of a broadcast array of matrices."""
    return tuple(s * shape[-2] * shape[-1] for s in broadcast(shape[:-2], outer))


OPERATORS.add("MatMul", Operator(_compute, _emit, arity=(2, 5), shapes=_shapes, kernels=("post", "rows"), pack=_pack))
