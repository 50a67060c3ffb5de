"""Expand, Tile, Pad, Trilu: a tensor made larger or cut to a triangle. Their parameters are attributes here."""

from __future__ import annotations

import numpy as np

from undertone.compiler.graph import Array, Node, Tensor
from undertone.compiler.loops import broadcast, nest, row_major
from undertone.compiler.operators.operator import OPERATORS, Operator, Site
from undertone.errors import ModelError, UnsupportedError

MODES = ("constant", "reflect", "edge", "wrap")


def _expand(node: Node, inputs: list[Array | None]) -> list[Array]:
    x = inputs[0]
    assert x is not None
    shape = np.broadcast_shapes(x.shape, tuple(node.get("shape")))
    return [np.ascontiguousarray(np.broadcast_to(x, shape))]


def _expand_shapes(node: Node, inputs: list[Tensor | None]) -> list[Tensor]:
    assert inputs[0] is not None
    return [Tensor(np.broadcast_shapes(inputs[0].shape, tuple(node.get("shape"))), inputs[0].dtype)]


def _emit_expand(site: Site) -> str:
    y = site.outputs[0]
    return nest(y.shape, [row_major(y.shape), broadcast(site.input(0).shape, y.shape)], "y0[{0}] = x0[{1}];")


def _tile(node: Node, inputs: list[Array | None]) -> list[Array]:
    assert inputs[0] is not None
    return [np.tile(inputs[0], tuple(node.get("repeats")))]


def _tile_shapes(node: Node, inputs: list[Tensor | None]) -> list[Tensor]:
    assert inputs[0] is not None
    repeats = tuple(int(n) for n in node.get("repeats"))
    if len(repeats) != len(inputs[0].shape) or min((*repeats, 0)) < 0:
        raise ModelError(f"{node}: repeats of {repeats} do not fit {inputs[0]}")
    return [Tensor(tuple(n * r for n, r in zip(inputs[0].shape, repeats, strict=True)), inputs[0].dtype)]


def _emit_tile(site: Site) -> str:
    x, y = site.input(0).shape, site.outputs[0].shape
    inner = row_major(x)
    shape = tuple(n for i in range(len(x)) for n in (y[i] // max(x[i], 1), x[i]))
    out = row_major(y)
    write = tuple(s for i in range(len(x)) for s in (out[i] * x[i], out[i]))
    read = tuple(s for i in range(len(x)) for s in (0, inner[i]))
    return nest(shape, [write, read], "y0[{0}] = x0[{1}];")


def _widths(node: Node, rank: int) -> list[tuple[int, int]]:
    axes = [int(a) % rank for a in node.get("axes", range(rank))]
    pads = list(node.get("pads"))
    widths = [(0, 0)] * rank
    for i, axis in enumerate(axes):
        widths[axis] = int(pads[i]), int(pads[i + len(axes)])
    return widths


def _pad(node: Node, inputs: list[Array | None]) -> list[Array]:
    x, fill = (*inputs, None)[:2]
    assert x is not None
    mode = str(node.get("mode", "constant"))
    widths = _widths(node, x.ndim)
    cut = x[tuple(slice(max(0, -b), n - max(0, -a)) for n, (b, a) in zip(x.shape, widths, strict=True))]
    wide = [(max(0, b), max(0, a)) for b, a in widths]
    if mode == "constant":
        return [np.pad(cut, wide, constant_values=x.dtype.type(0 if fill is None else fill.reshape(-1)[0]))]
    return [np.asarray(np.pad(cut, wide, mode=mode))]  # type: ignore[call-overload]


def _pad_shapes(node: Node, inputs: list[Tensor | None]) -> list[Tensor]:
    x = inputs[0]
    assert x is not None
    mode = str(node.get("mode", "constant"))
    if mode not in MODES:
        raise UnsupportedError(f"{node}: pads by {mode!r}; {', '.join(MODES)} are known")
    widths = _widths(node, len(x.shape))
    cut = [n + min(0, b) + min(0, a) for n, (b, a) in zip(x.shape, widths, strict=True)]
    out = [max(c, 0) + max(0, b) + max(0, a) for c, (b, a) in zip(cut, widths, strict=True)]
    if min((*cut, 0)) < 0 or (mode != "constant" and any(c < 1 <= n for c, n in zip(cut, out, strict=True))):
        raise ModelError(f"{node}: pads of {widths} do not fit {x}")
    return [Tensor(tuple(out), x.dtype)]


def _emit_pad(site: Site) -> str:
    """Constant padding fills, then copies; the others look each index up in a small table an axis."""
    x, y = site.input(0).shape, site.outputs[0].shape
    widths, mode = _widths(site.node, len(x)), str(site.node.get("mode", "constant"))
    if mode == "constant":
        fill = "x1[0]" if site.has(1) else "0"
        begin, size, start_x, start_y = [], [], 0, 0
        for n, (before, after), sx, sy in zip(x, widths, row_major(x), row_major(y), strict=True):
            size.append(n + min(0, before) + min(0, after))
            start_x, start_y = start_x + sx * max(0, -before), start_y + sy * max(0, before)
            begin.append(before)
        copy = nest(tuple(size), [row_major(y), row_major(x)], "y0[{0}] = x0[{1}];", offsets=[start_y, start_x])
        return f"for (size_t i = 0; i < {site.outputs[0].size}; i++) y0[i] = {fill};\n{copy}"
    tables, index = [], []
    for i, (n, width, s) in enumerate(zip(x, widths, row_major(x), strict=True)):
        source = np.pad(np.arange(n), [(max(0, width[0]), max(0, width[1]))], mode=mode)  # type: ignore[call-overload]
        source = source[max(0, -width[0]) : len(source) - max(0, -width[1])]
        tables.append(f"static const size_t t{i}[] = {{{', '.join(str(int(v) * s) for v in source)}}};")
        index.append(f"t{i}[i{i}]")
    loops = [f"for (size_t i{i} = 0; i{i} < {n}; i{i}++)" for i, n in enumerate(y)]
    place = " + ".join(f"i{i} * {s}" for i, s in enumerate(row_major(y)))
    return "\n".join([*tables, *loops, f"    y0[{place}] = x0[{' + '.join(index)}];"])


def _triangle(node: Node, inputs: list[Array | None]) -> list[Array]:
    assert inputs[0] is not None
    cut = np.triu if node.get("upper", 1) else np.tril
    return [cut(inputs[0], int(node.get("k", 0)))]


def _emit_triangle(site: Site) -> str:
    *outer, rows, columns = site.input(0).shape
    batch = int(np.prod(outer, dtype=np.int64))
    kept = f"(ptrdiff_t)c - (ptrdiff_t)r {'>=' if site.node.get('upper', 1) else '<='} {int(site.node.get('k', 0))}"
    return f"""for (size_t o = 0; o < {batch}; o++)
    for (size_t r = 0; r < {rows}; r++)
        for (size_t c = 0; c < {columns}; c++) {{
            const size_t i = (o * {rows} + r) * {columns} + c;
            y0[i] = {kept} ? x0[i] : 0;
        }}"""


OPERATORS.add("Expand", Operator(_expand, _emit_expand, shapes=_expand_shapes))
OPERATORS.add("Tile", Operator(_tile, _emit_tile, shapes=_tile_shapes))
OPERATORS.add("Pad", Operator(_pad, _emit_pad, arity=(1, 2), shapes=_pad_shapes))
OPERATORS.add("Trilu", Operator(_triangle, _emit_triangle))
