"""QuantizeLinear, DequantizeLinear: float32 to integers and back, by tensor, by axis or by block."""

from __future__ import annotations

import numpy as np

from undertone.compiler.graph import Array, Node, Tensor
from undertone.compiler.loops import C_TYPES, row_major
from undertone.compiler.operators.cast import TYPES
from undertone.compiler.operators.operator import OPERATORS, Operator, Site
from undertone.errors import ModelError, UnsupportedError


def _spread(node: Node, scale: Array, shape: tuple[int, ...]) -> Array:
    """Repeat a scale or a zero point so that each element of ``shape`` has its own."""
    if scale.size == 1:
        return np.broadcast_to(scale.reshape(()), shape)
    axis, block = int(node.get("axis", 1)) % len(shape), int(node.get("block_size", 0))
    if block:
        return np.take(scale, np.arange(shape[axis]) // block, axis=axis)
    if scale.shape != (shape[axis],):
        raise ModelError(f"{node}: a scale of shape {scale.shape} does not fit axis {axis} of {shape}")
    return np.broadcast_to(scale.reshape(-1, *(1,) * (len(shape) - 1 - axis)), shape)


def _steps(node: Node, scale: tuple[int, ...], shape: tuple[int, ...]) -> str:
    """Return C for the index into the scale, from the element's index i."""
    size = int(np.prod(scale, dtype=np.int64))
    if size == 1:
        return "0"
    axis, block = int(node.get("axis", 1)) % len(shape), int(node.get("block_size", 0))
    inner = row_major(shape)[axis]
    if not block:
        return f"i / {inner} % {shape[axis]}"
    outer, along = f"i / {inner * shape[axis]} * {inner * scale[axis]}", f"i / {inner} % {shape[axis]} / {block}"
    return f"{outer} + {along} * {inner} + i % {inner}"


def _target(node: Node, zero: Tensor | None) -> str:
    if zero is not None:
        return zero.dtype
    number = int(node.get("output_dtype", 0)) or 2
    if number not in TYPES:
        raise UnsupportedError(f"{node}: quantises to ONNX's type {number}; int8, uint8, int16 and uint16 are compiled")
    return TYPES[number]


def _fits(node: Node, x: Tensor, scale: Tensor, zero: Tensor | None) -> None:
    """Refuse a scale that is not one for all, one a step of the axis, or one a block of it."""
    block, rank = int(node.get("block_size", 0)), len(x.shape)
    axis = int(node.get("axis", 1))
    axis += rank if axis < 0 else 0
    if zero is not None and zero.size != scale.size:
        raise ModelError(f"{node}: a zero point {zero} does not go with a scale {scale}")
    if scale.size == 1:
        return
    if not 0 <= axis < rank or block < 0:
        raise ModelError(f"{node}: axis {axis} or block_size {block} does not fit {x}")
    blocks = tuple(-(-n // block) if i == axis else n for i, n in enumerate(x.shape)) if block else ()
    if scale.shape != (blocks if block else (x.shape[axis],)):
        raise ModelError(f"{node}: a scale {scale} does not fit axis {axis} of {x}")


def _quantize_shapes(node: Node, inputs: list[Tensor | None]) -> list[Tensor]:
    x, scale, zero = (*inputs, None)[:3]
    assert x is not None and scale is not None
    _fits(node, x, scale, zero)
    return [Tensor(x.shape, _target(node, zero))]


def _quantize(node: Node, inputs: list[Array | None]) -> list[Array]:
    x, scale, zero = (*inputs, None)[:3]
    assert x is not None and scale is not None
    dtype = _target(node, None if zero is None else Tensor.of(zero))
    low, high = np.iinfo(dtype).min, np.iinfo(dtype).max
    y = np.rint(x / _spread(node, scale, x.shape))
    y = y + (0 if zero is None else _spread(node, zero, x.shape).astype(np.int64))
    return [np.clip(y, low, high).astype(dtype)]


def _emit_quantize(site: Site) -> str:
    x, out = site.input(0), site.outputs[0]
    at = _steps(site.node, site.input(1).shape, x.shape)
    zero = f"(float)x2[{at}]" if site.has(2) else "0"
    low, high = np.iinfo(out.dtype).min, np.iinfo(out.dtype).max
    return f"""for (size_t i = 0; i < {x.size}; i++) {{
    const float q = rintf((float)x0[i] / (float)x1[{at}]) + {zero};
    y0[i] = ({C_TYPES[out.dtype]})(q < {low} ? {low} : q > {high} ? {high} : q);
}}"""


def _dequantize_shapes(node: Node, inputs: list[Tensor | None]) -> list[Tensor]:
    x, scale, zero = (*inputs, None)[:3]
    assert x is not None and scale is not None
    _fits(node, x, scale, zero)
    return [Tensor(x.shape, scale.dtype)]


def _dequantize(node: Node, inputs: list[Array | None]) -> list[Array]:
    x, scale, zero = (*inputs, None)[:3]
    assert x is not None and scale is not None
    less = x.astype(np.int64) - (0 if zero is None else _spread(node, zero, x.shape).astype(np.int64))
    return [(less.astype(scale.dtype) * _spread(node, scale, x.shape)).astype(scale.dtype)]


def _emit_dequantize(site: Site) -> str:
    x = site.input(0)
    at = _steps(site.node, site.input(1).shape, x.shape)
    zero = f" - (int64_t)x2[{at}]" if site.has(2) else ""
    return f"for (size_t i = 0; i < {x.size}; i++) y0[i] = (float)((int64_t)x0[i]{zero}) * x1[{at}];"


def _check(site: Site) -> None:
    site.only_float32()


OPERATORS.add(
    "QuantizeLinear", Operator(_quantize, _emit_quantize, arity=(2, 3), shapes=_quantize_shapes, check=_check)
)
OPERATORS.add(
    "DequantizeLinear", Operator(_dequantize, _emit_dequantize, arity=(2, 3), shapes=_dequantize_shapes, check=_check)
)
