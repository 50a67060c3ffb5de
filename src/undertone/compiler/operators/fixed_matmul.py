"""FixedMatMul: MatMul by a constant matrix in integers; its inputs and attributes are FixedConv's without windows."""

from __future__ import annotations

from undertone.compiler.graph import Array, Node, Tensor
from undertone.compiler.operators.fixed_conv import ends, finish, shape_text, vectors
from undertone.compiler.operators.fixed_panels import fixed_panels
from undertone.compiler.operators.fixed_point import exact_product
from undertone.compiler.operators.operator import OPERATORS, Operator, Site
from undertone.compiler.operators.windows import count
from undertone.errors import ModelError


def _shapes(node: Node, inputs: list[Tensor | None]) -> list[Tensor]:
    x, matrix = inputs[0], inputs[1]
    assert x is not None and matrix is not None
    if len(matrix.shape) != 2 or not x.shape or x.shape[-1] != matrix.shape[0]:
        raise ModelError(f"{node}: {x} and {matrix} cannot be multiplied")
    return [Tensor((*x.shape[:-1], matrix.shape[1]), "uint8" if len(inputs) > 3 else "int32")]


def _compute(node: Node, inputs: list[Array | None]) -> list[Array]:
    x, matrix, bias = inputs[0], inputs[1], inputs[2]
    assert x is not None and matrix is not None and bias is not None
    sums = exact_product(x.reshape(-1, x.shape[-1]), matrix) + bias
    return [finish(node, sums.reshape(*x.shape[:-1], -1), inputs[3:])]


def _pack(node: Node, i: int, array: Array) -> Array:
    return fixed_panels(array[None]) if i == 1 else array


def _emit(site: Site) -> str:
    depth, columns = site.input(1).shape
    rows = count(site.input(0).shape[:-1])
    fields = {"rows": rows, "columns": columns, "step": depth, "outer": 1, "inner": 1, "depth": depth}
    text = shape_text({**fields, "y_step": columns, "pool": 1, **ends(site)})
    return f"{text}\nut_fixed_rows(&s, x0, x1, {vectors(site, 0)}, y0);"


OPERATORS.add(
    "FixedMatMul",
    Operator(
        _compute,
        _emit,
        arity=(3, 5),
        shapes=_shapes,
        constants=(1, 2, 3, 4),
        kernels=("dot", "fixed_bytes", "fixed_rows"),
        pack=_pack,
    ),
)
