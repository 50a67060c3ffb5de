"""Cast, CastLike: another element type. A float that an integer cannot hold is refused by no one: as in C and numpy."""

from __future__ import annotations

import numpy as np

from undertone.compiler.graph import Array, Node, Tensor
from undertone.compiler.loops import C_TYPES
from undertone.compiler.operators.operator import OPERATORS, Operator, Site
from undertone.errors import UnsupportedError

# ONNX's numbers of the element types that we have.
TYPES = {
    1: "float32", 2: "uint8", 3: "int8", 4: "uint16", 5: "int16", 6: "int32", 7: "int64", 9: "bool", 11: "float64",
    12: "uint32", 13: "uint64",
}  # fmt: skip


def _target(node: Node) -> str:
    number = int(node.get("to"))
    if number not in TYPES:
        raise UnsupportedError(f"{node}: casts to ONNX's type {number}, which is not compiled; use float32 or integers")
    return TYPES[number]


def _converted(x: Array, dtype: str) -> Array:
    with np.errstate(all="ignore"):
        return x.astype(dtype)


def _cast(node: Node, inputs: list[Array | None]) -> list[Array]:
    assert inputs[0] is not None
    return [_converted(inputs[0], _target(node))]


def _cast_shapes(node: Node, inputs: list[Tensor | None]) -> list[Tensor]:
    assert inputs[0] is not None
    return [Tensor(inputs[0].shape, _target(node))]


def _cast_like(node: Node, inputs: list[Array | None]) -> list[Array]:
    assert inputs[0] is not None and inputs[1] is not None
    return [_converted(inputs[0], inputs[1].dtype.name)]


def _like_shapes(node: Node, inputs: list[Tensor | None]) -> list[Tensor]:
    assert inputs[0] is not None and inputs[1] is not None
    return [Tensor(inputs[0].shape, inputs[1].dtype)]


def _emit(site: Site) -> str:
    out = site.outputs[0]
    value = "x0[i] != 0" if out.dtype == "bool" else "x0[i]"
    return f"for (size_t i = 0; i < {out.size}; i++) y0[i] = ({C_TYPES[out.dtype]})({value});"


OPERATORS.add("Cast", Operator(_cast, _emit, shapes=_cast_shapes))
OPERATORS.add("CastLike", Operator(_cast_like, _emit, arity=(2, 2), shapes=_like_shapes))
