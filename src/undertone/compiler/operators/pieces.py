"""Slice, Split: parts of a tensor. Bounds are attributes here: ``starts``, ``ends``, ``axes``, ``steps``; ``split``."""

from __future__ import annotations

import numpy as np

from undertone.compiler.graph import Array, Node, Tensor
from undertone.compiler.loops import nest, row_major
from undertone.compiler.operators.operator import OPERATORS, Operator, Site
from undertone.compiler.operators.windows import count
from undertone.errors import ModelError


def _ranges(node: Node, shape: tuple[int, ...]) -> list[range]:
    """Return which steps of each axis are taken."""
    taken = [range(n) for n in shape]
    starts, ends = tuple(node.get("starts")), tuple(node.get("ends"))
    axes = tuple(node.get("axes", range(len(starts))))
    steps = tuple(node.get("steps", (1,) * len(starts)))
    for start, end, axis, step in zip(starts, ends, axes, steps, strict=True):
        taken[axis] = range(shape[axis])[slice(start, None if step < 0 and end < -shape[axis] else end, step)]
    return taken


def _slice(node: Node, inputs: list[Array | None]) -> list[Array]:
    x = inputs[0]
    assert x is not None
    for axis, taken in enumerate(_ranges(node, x.shape)):
        x = np.take(x, list(taken), axis=axis)
    return [np.ascontiguousarray(x)]


def _slice_shapes(node: Node, inputs: list[Tensor | None]) -> list[Tensor]:
    assert inputs[0] is not None
    return [Tensor(tuple(len(r) for r in _ranges(node, inputs[0].shape)), inputs[0].dtype)]


def _emit_slice(site: Site) -> str:
    x, y = site.input(0), site.outputs[0]
    if y.size == 0:
        return "(void)x0, (void)y0;"
    steps, taken = row_major(x.shape), _ranges(site.node, x.shape)
    read = tuple(s * r.step for s, r in zip(steps, taken, strict=True))
    start = sum(s * r.start for s, r in zip(steps, taken, strict=True))
    return nest(y.shape, [row_major(y.shape), read], "y0[{0}] = x0[{1}];", offsets=[0, start])


def _parts(node: Node, steps: int) -> list[int]:
    if node.get("split") is not None:
        parts = [int(n) for n in node.get("split")]
    else:
        number = int(node.get("num_outputs", len(node.outputs)))
        if not 0 < number <= max(steps, 1):
            raise ModelError(f"{node}: cannot cut {steps} steps into {number} parts")
        size = -(-steps // number)
        parts = [min(size, max(0, steps - i * size)) for i in range(number)]
    if sum(parts) != steps:
        raise ModelError(f"{node}: parts of {parts} do not make {steps} steps")
    return parts


def _split(node: Node, inputs: list[Array | None]) -> list[Array]:
    x = inputs[0]
    assert x is not None
    axis = int(node.get("axis", 0))
    ends = np.cumsum(_parts(node, x.shape[axis]))
    return [np.ascontiguousarray(part) for part in np.split(x, ends[:-1], axis=axis)]


def _split_shapes(node: Node, inputs: list[Tensor | None]) -> list[Tensor]:
    x, axis = inputs[0], int(node.get("axis", 0))
    assert x is not None
    axis += len(x.shape) if axis < 0 else 0
    parts = _parts(node, x.shape[axis])
    return [Tensor((*x.shape[:axis], part, *x.shape[axis + 1 :]), x.dtype) for part in parts]


def _emit_split(site: Site) -> str:
    shape = site.input(0).shape
    axis = int(site.node.get("axis", 0)) % len(shape)
    outer, row = count(shape[:axis]), count(shape[axis:])
    lines, at = [f"for (size_t i = 0; i < {outer}; i++) {{"], 0
    for n, part in enumerate(_parts(site.node, shape[axis])):
        run = part * count(shape[axis + 1 :])
        lines.append(f"    memcpy(y{n} + i * {run}, x0 + i * {row} + {at}, {run} * sizeof *y{n});")
        at += run
    return "\n".join([*lines, "}"])


OPERATORS.add("Slice", Operator(_slice, _emit_slice, shapes=_slice_shapes))
OPERATORS.add("Split", Operator(_split, _emit_split, shapes=_split_shapes))
