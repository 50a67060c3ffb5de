"""MaxPool, AveragePool: one value for each window and channel."""

from __future__ import annotations

import numpy as np

from undertone.compiler.graph import Array, Node, Tensor
from undertone.compiler.loops import kept_a_loop, row_major
from undertone.compiler.operators.max_pool_places import emit_places, largest_and_places
from undertone.compiler.operators.operator import OPERATORS, Operator, Site
from undertone.compiler.operators.reach import Reach, window_reach
from undertone.compiler.operators.windows import (
    Windows,
    arrange,
    channels,
    count,
    slide,
    spatial,
    to_first,
    to_last,
    windows,
)


def _geometry(node: Node, x: Tensor) -> Windows:
    return windows(node, spatial(node, x.shape), tuple(node.get("kernel_shape", ())))


def _shapes(node: Node, inputs: list[Tensor | None]) -> list[Tensor]:
    x = inputs[0]
    assert x is not None
    w = _geometry(node, x)
    out = Tensor(arrange(node, x.shape[0], w.out, channels(node, x.shape)), x.dtype)
    return [out, Tensor(out.shape, "int64")][: len(node.outputs)] if node.op == "MaxPool" else [out]


def _last(node: Node, x: Array) -> tuple[Array, Windows]:
    w = _geometry(node, Tensor.of(x))
    return (x if node.get("layout") == "last" else to_last(x)), w


def _back(node: Node, y: Array) -> list[Array]:
    return [y if node.get("layout") == "last" else to_first(y)]


def _inner(w: Windows) -> tuple[int, ...]:
    return tuple(range(1 + len(w.size), 1 + 2 * len(w.size)))


def _largest(node: Node, inputs: list[Array | None]) -> list[Array]:
    assert inputs[0] is not None
    if len(node.outputs) > 1:
        return largest_and_places(node, inputs[0], _geometry(node, Tensor.of(inputs[0])))
    x, w = _last(node, inputs[0])
    low = -np.inf if x.dtype.kind == "f" else np.iinfo(x.dtype).min
    return _back(node, slide(x, w, fill=low).max(axis=_inner(w)))


def _mean(node: Node, inputs: list[Array | None]) -> list[Array]:
    assert inputs[0] is not None
    x, w = _last(node, inputs[0])
    total = slide(x, w, fill=0.0).sum(axis=_inner(w))
    return _back(node, (total / _counted(node, w)[..., None]).astype(x.dtype))


def mean_counts(node: Node, x: Tensor) -> Array:
    """How many steps each mean of an AveragePool is over."""
    return _counted(node, _geometry(node, x))


def _counted(node: Node, w: Windows) -> Array:
    """How many steps each mean is over: ``count_include_pad`` counts the padding, but not what ceil_mode added."""
    pads = node.get("pads", (0,) * 2 * len(w.size))
    asked = tuple(pads[len(w.size) :])
    if node.get("count_include_pad"):
        real = tuple(b + n + a for b, n, a in zip(w.before, w.size, asked, strict=True))
        inside = Windows(real, w.kernel, w.strides, w.dilations, (0,) * len(real), _over(w, real), w.out)
    else:
        inside = w
    ones = np.ones((1, *inside.size, 1), np.float32)
    return np.asarray(slide(ones, inside, fill=0.0).sum(axis=_inner(w))[0, ..., 0])


def _over(w: Windows, real: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(p - r for p, r in zip(w.padded, real, strict=True))


def _reach(site: Site) -> Reach | None:
    """Return how far a pool looks along its first axis; None when it has padding there, which it must leave out."""
    x, w = site.input(0), _geometry(site.node, site.input(0))
    alone = w.before[0] == 0 == w.after[0] and len(site.node.outputs) == 1
    return window_reach(site.node, w) if alone and x.shape[0] == 1 and site.node.get("layout") == "last" else None


def _emit_largest(site: Site) -> str:
    low = "-INFINITY" if site.input(0).dtype.startswith("float") else _smallest(site.input(0).dtype)
    if len(site.node.outputs) > 1:
        return emit_places(site, _geometry(site.node, site.input(0)), least=low)
    return _emit(site, low, "v > best ? v : best", "best")


def _emit_mean(site: Site) -> str:
    w = _geometry(site.node, site.input(0))
    counts = _counted(site.node, w)
    if counts.min() == counts.max():
        return _emit(site, "0.0f", "best + v", f"best / {int(counts.flat[0])}.0f")
    table = ", ".join(f"{int(c)}.0f" for c in counts.flat)
    index = (
        "t"
        if len(w.out) == 1
        else f"o0 * {w.out[1]} + o1"
        if len(w.out) == 2
        else f"(o0 * {w.out[1]} + o1) * {w.out[2]} + o2"
    )
    index = index if len(w.out) > 1 else "o0"
    return f"static const float steps[] = {{{table}}};\n" + _emit(site, "0.0f", "best + v", f"best / steps[{index}]")


def _smallest(dtype: str) -> str:
    return "0" if dtype.startswith("u") else f"{dtype.upper()}_MIN"


def _emit(site: Site, start: str, take: str, result: str) -> str:
    """Write the loops: ``best`` is what has been taken of ``v`` so far, of all channels side by side."""
    x, w = site.input(0), _geometry(site.node, site.input(0))
    kind = {"float32": "float", "float64": "double"}.get(x.dtype, x.dtype + "_t")
    width, rank = x.shape[-1], len(w.size)
    each = f"{kept_a_loop(width)}for (size_t c = 0; c < {width}; c++)"
    where = " + ".join(f"o{i} * {row_major((*w.out, width))[i]}" for i in range(rank))
    lines = [f"for (size_t n = 0; n < {x.shape[0]}; n++)"]
    lines += [f"for (size_t o{i} = 0; o{i} < {w.out[i]}; o{i}++)" for i in range(rank)]
    lines[-1] += " {"
    lines += [f"    {kind} *const y = y0 + n * {count(w.out) * width} + {where};", f"    {each} y[c] = {start};"]
    inner, place = [], []
    for i in range(rank):
        inner.append(f"for (size_t k{i} = 0; k{i} < {w.kernel[i]}; k{i}++) {{")
        at = f"(ptrdiff_t)(o{i} * {w.strides[i]} + k{i} * {w.dilations[i]}) - {w.before[i]}"
        inner.append(f"    const ptrdiff_t p{i} = {at};")
        if w.before[i] or w.after[i]:
            inner.append(f"    if (p{i} < 0 || p{i} >= {w.size[i]}) continue;")
        place.append(f"(size_t)p{i} * {row_major((*w.size, width))[i]}")
    inner.append(f"    const {kind} *const x = x0 + n * {count(w.size) * width} + {' + '.join(place)};")
    inner.append(f"    {each} {{ const {kind} v = x[c], best = y[c]; y[c] = ({kind})({take}); }}")
    inner += ["}"] * rank
    lines += ["    " + line for line in inner]
    if result != "best":
        lines.append(f"    {each} {{ const {kind} best = y[c]; y[c] = {result}; }}")
    return "\n".join([*lines, "}"])


OPERATORS.add("MaxPool", Operator(_largest, _emit_largest, shapes=_shapes, reach=_reach))
OPERATORS.add("AveragePool", Operator(_mean, _emit_mean, shapes=_shapes, reach=_reach))
