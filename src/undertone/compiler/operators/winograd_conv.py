"""A convolution by minimal filtering. `Conv` hands those over that carry the attribute ``tile``.

The pass `undertone.compiler.passes.winograd` says which. The interpreter takes no notice of the attribute.
"""

from __future__ import annotations

import math

import numpy as np

from undertone.compiler.graph import Array, Node, Tensor
from undertone.compiler.loops import literal
from undertone.compiler.operators import post
from undertone.compiler.operators.operator import Site
from undertone.compiler.operators.panels import PANEL
from undertone.compiler.operators.windows import Windows, count
from undertone.compiler.operators.winograd import Winograd, winograd

LONGEST = 4  # taps at once: longer kernels are parts of so many


def tile_of(node: Node) -> int:
    """Return how many outputs a node computes at once; 0 for the direct form."""
    return int(node.get("tile", 0))


def parts(taps: int) -> tuple[int, int]:
    """Split a kernel of so many taps along the tiles' axis: how many parts, of how many taps (zeros fill the last)."""
    each = min(taps, LONGEST)
    return -(-taps // each), each


def pack_winograd(node: Node, kernel: Array) -> Array:
    """Lay ``(*kernel, channels in, channels out)`` out: for each panel of columns and each point, lines, parts, rows.

    The weights are transformed in double and rounded once.
    """
    *outer, taps, inside, outputs = kernel.shape
    many, each = parts(taps)
    full = np.zeros((count(tuple(outer)), many * each, inside, outputs))
    full[:, :taps] = kernel.reshape(-1, taps, inside, outputs)
    g = winograd(tile_of(node), each).weights
    moved = np.einsum("pj,lqjco->plqco", g, full.reshape(-1, many, each, inside, outputs)).astype(np.float32)
    panels = [moved[..., c : c + PANEL].ravel() for c in range(0, outputs, PANEL)]
    return np.concatenate(panels)


def winograd_scratch(node: Node, x: Tensor, w: Windows) -> int:
    """Return the bytes of the transformed input and of a panel's products."""
    f, tiles, all_tiles = tiling(node, w)
    lines = w.padded[0] if len(w.size) == 2 else 1
    made = (w.out[0] if len(w.size) == 2 else 1) * tiles * PANEL
    return len(f.inputs) * (lines * all_tiles * x.shape[-1] + made) * 4


def tiling(node: Node, w: Windows) -> tuple[Winograd, int, int]:
    """Return the filter, the tiles of a line of outputs, and those of inputs: more where kernels have parts."""
    tile, (many, each) = tile_of(node), parts(w.kernel[-1])
    assert many == 1 or (each % tile == 0 and len(w.size) == 1), "a part must begin where a tile does, in the same line"
    tiles = -(-places(node, w) // tile)
    return winograd(tile, each), tiles, tiles + (many - 1) * (each // tile)


def places(node: Node, w: Windows) -> int:
    """Return the outputs of a line that are computed: all that fill a pool."""
    pool = max(1, int(node.get("pool", 0)))
    return w.out[-1] // pool * pool


def emit_winograd(site: Site, w: Windows) -> str:
    """Write the call of ``ut_winograd``."""
    node, width = site.node, site.input(0).shape[-1]
    f, tiles, all_tiles = tiling(node, w)
    many, each = parts(w.kernel[-1])
    two = len(w.size) == 2
    beside = each == tile_of(node)  # a kernel's parts lie side by side
    rows = {
        "rows": (w.out[0] if two else 1) * tiles, "step": width, "outer": w.kernel[0] if two else 1,
        "outer_step": all_tiles * width if two else 0, "inner": 1 if beside else many,
        "inner_step": 0 if beside else each // tile_of(node) * width, "depth": many * width if beside else width,
        "pool": 1,
    }  # fmt: skip
    fields = {
        "channels": width, "columns": site.outputs[0].shape[-1], "points": len(f.inputs), "tile": tile_of(node),
        "lines": w.size[0] if two else 1, "places": w.size[-1], "lines_above": w.before[0] if two else 0,
        "before": w.before[-1], "all_lines": w.padded[0] if two else 1, "all_tiles": all_tiles,
        "out_lines": w.out[0] if two else 1, "out_places": places(node, w), "tiles": tiles,
        "pool": max(1, int(node.get("pool", 0))),
    }  # fmt: skip
    inner = ", ".join(f".{name} = {value}" for name, value in rows.items())
    outer = ", ".join(f".{name} = {value}" for name, value in fields.items())
    ends = f".low = {literal(-math.inf)}, .high = {literal(math.inf)}"
    return (
        f"static const float inputs[] = {{{numbers(f.inputs)}}};\n"
        f"static const float outputs[] = {{{numbers(f.outputs)}}};\n"
        f"static const ut_winograd_shape s = {{{outer}, .inputs = inputs, .outputs = outputs, "
        f".rows = {{{inner}, {ends}}}, {post.bounds(node)}}};\n"
        f"ut_winograd(&s, x, x1, {post.vectors(site, 2)}, y, scratch);"
    )


def numbers(matrix: Array) -> str:
    """Write a matrix's numbers, row by row."""
    return ", ".join(literal(float(v)) for v in matrix.astype(np.float32).ravel())
