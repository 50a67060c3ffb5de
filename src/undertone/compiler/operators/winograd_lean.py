"""A convolution along time by minimal filtering in little memory; `Conv` hands those over that carry ``lean``.

``lean`` is (tiles, channels, columns) at a time. `undertone.compiler.operators.winograd_conv` transforms the whole
input, and then needs all products of a panel; here a group of columns is made for a few tiles, block by block of
channels, and only such a block is transformed, again for each group. The sums are the same but for their order.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from undertone.compiler.graph import Array, Node, Tensor
from undertone.compiler.loops import literal
from undertone.compiler.operators import post
from undertone.compiler.operators.panels import PANEL
from undertone.compiler.operators.windows import Windows
from undertone.compiler.operators.winograd import winograd
from undertone.compiler.operators.winograd_conv import numbers, parts, places, tile_of, tiling


@dataclass(frozen=True)
class Lean:
    """How much a convolution does at a time: tiles of places, a block of channels in, a group of channels out."""

    tiles: int
    block: int
    group: int


def lean_of(node: Node) -> Lean | None:
    """Return how much a node does at a time, if it does little."""
    return Lean(*node.get("lean")) if node.get("lean") else None


def _fitted(node: Node, kernel: Tensor, w: Windows) -> Lean:
    """Return how much it does at a time, and no more than there is."""
    lean, (_, channels, columns) = lean_of(node), kernel.shape
    assert lean is not None
    return Lean(min(lean.tiles, tiling(node, w)[1]), min(lean.block, channels), min(lean.group, columns))


def pack_lean(node: Node, kernel: Array) -> Array:
    """Lay a kernel ``(taps, channels in, channels out)`` out in the order in which ``ut_winograd_lean`` reads it.

    For each group of columns its blocks of channels, for each block its points, for each point the group's panels, for
    each panel parts and rows. Transformed in double, rounded once.
    """
    taps, inside, outputs = kernel.shape
    (many, each), lean = parts(taps), lean_of(node)
    assert lean is not None
    full = np.zeros((many * each, inside, outputs))
    full[:taps] = kernel
    g = winograd(tile_of(node), each).weights
    moved = np.einsum("pj,qjco->pqco", g, full.reshape(many, each, inside, outputs)).astype(np.float32)
    return np.concatenate([
        moved[p, :, c : c + lean.block, n : min(n + PANEL, begin + lean.group)].ravel()
        for begin in range(0, outputs, lean.group)
        for c in range(0, inside, lean.block)
        for p in range(len(g))
        for n in range(begin, min(begin + lean.group, outputs), PANEL)
    ])  # fmt: skip


def lean_scratch(node: Node, kernel: Tensor, w: Windows) -> int:
    """Return the bytes of a group's products and of a transformed block."""
    lean = _fitted(node, kernel, w)
    f, tiles, all_tiles = tiling(node, w)
    panels, more = -(-lean.group // PANEL), all_tiles - tiles
    return len(f.inputs) * (panels * PANEL * lean.tiles + lean.block * (lean.tiles + more)) * 4


def emit_lean(node: Node, kernel: Tensor, w: Windows, *, first: str, x: str, k: str, vectors: str) -> str:
    """Write the call of ``ut_winograd_lean``.

    Parameters
    ----------
    node : Node
        With ``tile``, ``lean`` and what follows the sums.
    kernel : Tensor
        Of shape (taps, channels in, channels out).
    w : Windows
        How its kernel lies on its input.
    first : str
        A pointer to an ``ut_first``, or NULL.
    x, k, vectors : str
        Its input or the first convolution's, its kernel, its ``ut_post``.
    """
    (_, channels, columns), lean = kernel.shape, _fitted(node, kernel, w)
    f, tiles, all_tiles = tiling(node, w)
    many, each = parts(w.kernel[-1])
    fields = {
        "channels": channels, "columns": columns, "points": len(f.inputs), "tile": tile_of(node), "lines": 1,
        "places": w.size[0], "before": w.before[0], "all_lines": 1, "all_tiles": all_tiles, "out_lines": 1,
        "out_places": places(node, w), "tiles": tiles, "pool": max(1, int(node.get("pool", 0))),
    }  # fmt: skip
    of = ", ".join(f".{name} = {value}" for name, value in fields.items())
    at_a_time = f".at_once = {lean.tiles}, .block = {lean.block}, .group = {lean.group}"
    return (
        f"static const float inputs[] = {{{numbers(f.inputs)}}};\n"
        f"static const float outputs[] = {{{numbers(f.outputs)}}};\n"
        f"static const ut_lean_shape s = {{.of = {{{of}, .inputs = inputs, .outputs = outputs, {post.bounds(node)}}}, "
        f".parts = {many}, .apart = {each // tile_of(node) if many > 1 else 0}, {at_a_time}}};\n"
        f"ut_winograd_lean(&s, {len(f.inputs)}, {tile_of(node)}, {first}, {x}, {k}, {vectors}, y, scratch);"
    )


def bounds_of_first(node: Node) -> str:
    """Write the bounds of a first convolution, whose attributes are ``first_low`` and ``first_high``."""
    low, high = node.get("first_low", -math.inf), node.get("first_high", math.inf)
    return f".low = {literal(low)}, .high = {literal(high)}"
