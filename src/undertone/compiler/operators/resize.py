"""Resize: nearest and linear interpolation, by ``scales`` or ``sizes``, in ONNX's modes of where steps lie."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from undertone.compiler.graph import Array, Node, Tensor
from undertone.compiler.loops import literal, row_major
from undertone.compiler.operators.operator import OPERATORS, Operator, Site
from undertone.errors import UnsupportedError

ROUND: dict[str, Callable[[Array], Array]] = {
    "round_prefer_floor": lambda x: np.ceil(x - 0.5),
    "round_prefer_ceil": lambda x: np.floor(x + 0.5),
    "floor": np.floor,
    "ceil": np.ceil,
}
PLACES = ("align_corners", "asymmetric", "half_pixel", "half_pixel_symmetric", "pytorch_half_pixel")


def _sizes(node: Node, shape: tuple[int, ...]) -> tuple[list[int], list[float]]:
    """Return steps of the output and the scale along each axis."""
    axes = [int(a) % len(shape) for a in node.get("axes", range(len(shape)))]
    sizes, scales = list(shape), [1.0] * len(shape)
    policy = node.get("keep_aspect_ratio_policy", "stretch")
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
            sizes[a], scales[a] = int(np.floor(shape[a] * r)), float(r)
    return sizes, scales


def _taps(node: Node, n: int, out: int, scale: float) -> tuple[Array, Array]:
    """Return for each output step the two input steps that it lies between, and the weight of the second."""
    where, mode = str(node.get("coordinate_transformation_mode", "half_pixel")), str(node.get("mode", "nearest"))
    x = np.arange(out, dtype=np.float64)
    if where == "align_corners":
        place = x * (n - 1) / (n * scale - 1) if n * scale != 1 else x * 0
    elif where == "asymmetric":
        place = x / scale
    elif where == "pytorch_half_pixel" and out == 1:
        place = x * 0 - 0.5
    elif where == "half_pixel_symmetric":
        place = n / 2 * (1 - out / (n * scale)) + (x + 0.5) / scale - 0.5
    else:
        place = (x + 0.5) / scale - 0.5
    if mode == "nearest":
        near = np.clip(ROUND[str(node.get("nearest_mode", "round_prefer_floor"))](place), 0, n - 1).astype(np.int64)
        return np.stack([near, near], axis=1), np.zeros(out)
    low = np.floor(place)
    ends = np.stack([low, low + 1], axis=1)
    return np.clip(ends, 0, n - 1).astype(np.int64), place - low


def _refuse(node: Node) -> None:
    mode, where = node.get("mode", "nearest"), node.get("coordinate_transformation_mode", "half_pixel")
    if mode not in ("nearest", "linear") or where not in PLACES or node.get("antialias"):
        raise UnsupportedError(
            f"{node}: {mode} by {where} is not compiled; nearest and linear without antialiasing are"
        )


def _shapes(node: Node, inputs: list[Tensor | None]) -> list[Tensor]:
    assert inputs[0] is not None
    _refuse(node)
    return [Tensor(tuple(_sizes(node, inputs[0].shape)[0]), inputs[0].dtype)]


def _compute(node: Node, inputs: list[Array | None]) -> list[Array]:
    x = inputs[0]
    assert x is not None
    dtype = x.dtype
    sizes, scales = _sizes(node, x.shape)
    for axis, (n, out, scale) in enumerate(zip(x.shape, sizes, scales, strict=True)):
        if n == out and scale == 1:
            continue
        ends, weight = _taps(node, n, out, scale)
        wide = [1] * x.ndim
        wide[axis] = -1
        if node.get("mode", "nearest") == "nearest":
            x = np.take(x, ends[:, 0], axis=axis)
        else:
            second = weight.reshape(wide)
            x = np.take(x, ends[:, 0], axis=axis) * (1 - second) + np.take(x, ends[:, 1], axis=axis) * second
    return [np.ascontiguousarray(x).astype(dtype)]


def _emit(site: Site) -> str:
    """Tables of steps and weights along each axis that changes; loops over the output, inside them over both ends."""
    x, y = site.input(0), site.outputs[0]
    sizes, scales = _sizes(site.node, x.shape)
    linear = site.node.get("mode", "nearest") == "linear"
    tables, inner, index, weight = [], [], [], []
    for a, (n, out, scale, s) in enumerate(zip(x.shape, sizes, scales, row_major(x.shape), strict=True)):
        if n == out and scale == 1:
            index.append(f"i{a} * {s}")
            continue
        ends, second = _taps(site.node, n, out, scale)
        rows = ", ".join(f"{{{int(p) * s}, {int(q) * s}}}" for p, q in ends)
        tables.append(f"static const size_t t{a}[][2] = {{{rows}}};")
        index.append(f"t{a}[i{a}][{f'e{a}' if linear else '0'}]")
        if linear:
            pairs = ", ".join(f"{{{literal(1 - v)}, {literal(v)}}}" for v in second)
            tables.append(f"static const float w{a}[][2] = {{{pairs}}};")
            inner.append(f"for (size_t e{a} = 0; e{a} < 2; e{a}++)")
            weight.append(f"w{a}[i{a}][e{a}]")
    loops = [f"for (size_t i{a} = 0; i{a} < {n}; i{a}++)" for a, n in enumerate(y.shape)]
    place = " + ".join(f"i{a} * {s}" for a, s in enumerate(row_major(y.shape)))
    read = f"x0[{' + '.join(index)}]"
    if not linear:
        return "\n".join([*tables, *loops, f"    y0[{place}] = {read};"])
    body = [
        "{",
        "    float sum = 0;",
        *("    " + line for line in inner),
        f"        sum += {' * '.join([*weight, read])};",
    ]
    return "\n".join([*tables, *loops, *body, f"    y0[{place}] = sum;", "}"])


def _check(site: Site) -> None:
    if site.node.get("mode", "nearest") == "linear":
        site.only_float32()


OPERATORS.add("Resize", Operator(_compute, _emit, shapes=_shapes, check=_check))
