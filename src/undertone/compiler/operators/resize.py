"""Resize: nearest, linear and cubic interpolation, by ``scales`` or ``sizes``, separable along the axes."""

from __future__ import annotations

import numpy as np

from undertone.compiler.graph import Array, Node, Tensor
from undertone.compiler.loops import C_TYPES, literal, row_major
from undertone.compiler.operators.operator import OPERATORS, Operator, Site
from undertone.compiler.operators.resize_taps import PLACES, REACH, Taps, taps
from undertone.errors import ModelError, UnsupportedError


def _crops(node: Node, rank: int) -> list[tuple[float, float]]:
    """Return which part of each axis is taken, in shares of it; all of it but for ``tf_crop_and_resize``."""
    crops = [(0.0, 1.0)] * rank
    roi = tuple(node.get("roi", ()))
    if node.get("coordinate_transformation_mode") == "tf_crop_and_resize" and roi:
        axes = [int(a) % rank for a in node.get("axes", range(rank))]
        for i, a in enumerate(axes):
            crops[a] = (float(roi[i]), float(roi[len(axes) + i]))
    return crops


def _sizes(node: Node, shape: tuple[int, ...]) -> tuple[list[int], list[float]]:
    """Return steps of the output and the scale along each axis."""
    axes = [int(a) % len(shape) for a in node.get("axes", range(len(shape)))]
    sizes, scales = list(shape), [1.0] * len(shape)
    policy, crops = node.get("keep_aspect_ratio_policy", "stretch"), _crops(node, len(shape))
    if node.get("sizes") is not None:
        asked = [float(n) for n in node.get("sizes")]
        ratios = [n / shape[a] for n, a in zip(asked, axes, strict=True)]
        if policy != "stretch":
            ratio = min(ratios) if policy == "not_larger" else max(ratios)
            ratios = [ratio] * len(axes)
            asked = [np.floor(ratio * shape[a] + 0.5) for a in axes]
        for a, n, r in zip(axes, asked, ratios, strict=True):
            sizes[a], scales[a] = int(n), r
    else:
        for a, r in zip(axes, node.get("scales"), strict=True):
            sizes[a], scales[a] = int(np.floor(shape[a] * (crops[a][1] - crops[a][0]) * r)), float(r)
    if min((*scales, 1.0)) <= 0:
        raise ModelError(f"{node}: scales and sizes must be positive, got {scales}")
    return sizes, scales


def _axes(node: Node, shape: tuple[int, ...]) -> dict[int, Taps]:
    """Return the taps of the axes that change."""
    sizes, scales = _sizes(node, shape)
    return {
        a: taps(node, n, out, scale, crop)
        for a, (n, out, scale, crop) in enumerate(zip(shape, sizes, scales, _crops(node, len(shape)), strict=True))
        if n != out or scale != 1 or crop != (0.0, 1.0)
    }


def _refuse(node: Node) -> None:
    mode, where = node.get("mode", "nearest"), node.get("coordinate_transformation_mode", "half_pixel")
    if mode not in ("nearest", *REACH) or where not in PLACES:
        raise UnsupportedError(
            f"{node}: {mode} by {where} is not compiled; nearest, {', '.join(REACH)} by {', '.join(PLACES)} are"
        )


def _shapes(node: Node, inputs: list[Tensor | None]) -> list[Tensor]:
    assert inputs[0] is not None
    _refuse(node)
    return [Tensor(tuple(_sizes(node, inputs[0].shape)[0]), inputs[0].dtype)]


def _compute(node: Node, inputs: list[Array | None]) -> list[Array]:
    x = inputs[0]
    assert x is not None
    y, outside = x, np.zeros((), bool)
    for axis, t in _axes(node, x.shape).items():
        wide = [1] * x.ndim
        wide[axis] = -1
        parts = [np.take(y, t.steps[:, k], axis=axis) for k in range(t.steps.shape[1])]
        if node.get("mode", "nearest") == "nearest":
            y = parts[0]
        else:
            y = np.add.reduce([p * t.weights[:, k].reshape(wide) for k, p in enumerate(parts)])
        outside = outside | t.outside.reshape(wide)
    y = np.where(outside, float(node.get("extrapolation_value", 0.0)), y) if outside.any() else y
    return [np.ascontiguousarray(y).astype(x.dtype)]


def _emit(site: Site) -> str:
    """Tables of steps and weights along each axis that changes; loops over the output, inside them over the taps."""
    x, y, changed = site.input(0), site.outputs[0], _axes(site.node, site.input(0).shape)
    weighted = site.node.get("mode", "nearest") != "nearest"
    strides = row_major(x.shape)
    tables = [line for a, t in changed.items() for line in _tables(a, t, strides[a], weighted=weighted)]
    index = [
        f"t{a}[i{a}][{f'e{a}' if weighted else '0'}]" if a in changed else f"i{a} * {s}" for a, s in enumerate(strides)
    ]
    loops = [f"for (size_t i{a} = 0; i{a} < {n}; i{a}++)" for a, n in enumerate(y.shape)]
    result = f"y0[{' + '.join(f'i{a} * {s}' for a, s in enumerate(row_major(y.shape)))}]"
    read, beyond = f"x0[{' + '.join(index)}]", " || ".join(f"b{a}[i{a}]" for a, t in changed.items() if t.outside.any())
    if weighted:
        inner = [f"for (size_t e{a} = 0; e{a} < {t.steps.shape[1]}; e{a}++)" for a, t in changed.items()]
        product = " * ".join([*(f"w{a}[i{a}][e{a}]" for a in changed), read])
        body = ["float sum = 0;", *inner, f"    sum += {product};"]
        read = "sum"
    else:
        body = []
    if beyond:
        outer = literal(float(site.node.get("extrapolation_value", 0.0)))
        read = f"{beyond} ? ({C_TYPES[y.dtype]}){outer} : {read}"
    return "\n".join([*tables, *loops, "{", *("    " + line for line in body), f"    {result} = {read};", "}"])


def _tables(axis: int, t: Taps, stride: int, *, weighted: bool) -> list[str]:
    number = t.steps.shape[1]
    rows = ", ".join("{" + ", ".join(str(int(s) * stride) for s in row) + "}" for row in t.steps)
    lines = [f"static const size_t t{axis}[][{number}] = {{{rows}}};"]
    if weighted:
        rows = ", ".join("{" + ", ".join(literal(v) for v in row) + "}" for row in t.weights)
        lines.append(f"static const float w{axis}[][{number}] = {{{rows}}};")
    if t.outside.any():
        lines.append(f"static const uint8_t b{axis}[] = {{{', '.join(str(int(b)) for b in t.outside)}}};")
    return lines


def _check(site: Site) -> None:
    if site.node.get("mode", "nearest") != "nearest" and site.input(0).dtype != "float32":
        raise UnsupportedError(f"{site.node}: is compiled for float32, not for {site.input(0).dtype}")


OPERATORS.add("Resize", Operator(_compute, _emit, shapes=_shapes, check=_check))
