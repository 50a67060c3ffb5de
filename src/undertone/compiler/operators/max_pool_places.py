"""MaxPool with its second output: where the largest of each window lies in the whole input, row by row.

Channels stay first here, because the places count the elements of ONNX's layout; ``storage_order`` 1 counts along
columns within a channel.
"""

from __future__ import annotations

import numpy as np

from undertone.compiler.graph import Array, Node
from undertone.compiler.loops import C_TYPES, row_major
from undertone.compiler.operators.operator import Site
from undertone.compiler.operators.windows import Windows, count, slide, to_first, to_last


def _steps(node: Node, w: Windows) -> tuple[int, ...]:
    """Return how far one step along each axis of time or space moves a place."""
    return row_major(w.size[::-1])[::-1] if node.get("storage_order") else row_major(w.size)


def largest_and_places(node: Node, x: Array, w: Windows) -> list[Array]:
    """Return the largest of each window of a channel-first array, and its place; the first of equal ones."""
    rank, inside = len(w.size), count(w.size)
    grid = np.indices(w.size).reshape(rank, -1)
    place = (np.array(_steps(node, w)) @ grid).reshape(1, 1, *w.size)
    place = place + np.arange(x.shape[0] * x.shape[1]).reshape(*x.shape[:2], *(1,) * rank) * inside
    low = -np.inf if x.dtype.kind == "f" else np.iinfo(x.dtype).min
    flat = (x.shape[0], *w.out, -1, x.shape[1])
    values, places = (slide(to_last(a), w, fill=f).reshape(flat) for a, f in ((x, low), (place, -1)))
    best = np.where(places < 0, -np.inf, values.astype(np.float64)).argmax(axis=-2)[..., None, :]
    return [to_first(np.take_along_axis(a, best, axis=-2)[..., 0, :]) for a in (values, places.astype(np.int64))]


def emit_places(site: Site, w: Windows, *, least: str) -> str:
    """Write the C of it."""
    x, out, rank = site.input(0), site.outputs[0].shape, len(w.size)
    kind, inside, outside = C_TYPES[x.dtype], count(w.size), count(w.out)
    lines = [f"for (size_t n = 0; n < {out[0] * out[1]}; n++)"]
    lines += [f"for (size_t o{i} = 0; o{i} < {w.out[i]}; o{i}++)" for i in range(rank)]
    lines += [f"{{\n    {kind} best = {least};\n    int64_t place = -1;"]
    for i in range(rank):
        at = f"(ptrdiff_t)(o{i} * {w.strides[i]} + k{i} * {w.dilations[i]}) - {w.before[i]}"
        lines.append(f"    for (size_t k{i} = 0; k{i} < {w.kernel[i]}; k{i}++) {{")
        lines.append(f"    const ptrdiff_t p{i} = {at};")
        lines.append(f"    if (p{i} < 0 || p{i} >= {w.size[i]}) continue;")
    read, seen = (
        " + ".join(f"p{i} * {s}" for i, s in enumerate(steps)) for steps in (row_major(w.size), _steps(site.node, w))
    )
    lines.append(f"    const {kind} v = x0[n * {inside} + (size_t)({read})];")
    lines.append(f"    if (place < 0 || v > best) best = v, place = (int64_t)n * {inside} + {seen};")
    lines.append("    " + "}" * rank)
    where = " + ".join(f"o{i} * {s}" for i, s in enumerate(row_major(w.out)))
    lines.append(f"    y0[n * {outside} + {where}] = best;\n    y1[n * {outside} + {where}] = place;\n}}")
    return "\n".join(lines)
