"""FixedConv: Conv in integers, channels last.

Inputs: x (uint8), kernel (int8), bias (int32, the input's zero point included), and, one a channel, multiplier (int32)
and offset (int64) of `undertone.compiler.operators.fixed_point`; without these two it gives its sums, int32.
Attributes: those of Conv; ``zero``, the byte that stands for 0 in the padding; ``shift``, ``floor``, ``ceiling``;
``relu``: sums below 0 become 0 before they are rescaled; ``pool``: the largest of each so many steps.
"""

from __future__ import annotations

import numpy as np

from undertone.compiler.graph import Array, Node, Tensor
from undertone.compiler.loops import nest, row_major
from undertone.compiler.operators.conv import geometry
from undertone.compiler.operators.fixed_panels import fixed_panels, fixed_panels_size
from undertone.compiler.operators.fixed_point import exact_product, rescale
from undertone.compiler.operators.operator import OPERATORS, Operator, Site
from undertone.compiler.operators.reach import Reach, window_reach
from undertone.compiler.operators.windows import Windows, count, slide


def _shapes(node: Node, inputs: list[Tensor | None]) -> list[Tensor]:
    rule = OPERATORS["Conv"].shapes
    assert rule is not None
    (out,) = rule(node, inputs[:3])
    return [Tensor(out.shape, "uint8" if len(inputs) > 3 else "int32")]


def _compute(node: Node, inputs: list[Array | None]) -> list[Array]:
    x, kernel, bias = inputs[0], inputs[1], inputs[2]
    assert x is not None and kernel is not None and bias is not None
    w, group, outputs = geometry(node, Tensor.of(x), Tensor.of(kernel)), int(node.get("group", 1)), kernel.shape[-1]
    view = slide(x, w, fill=int(node.get("zero", 0)))
    flat = (x.shape[0] * count(w.out), -1)
    if group > 1 and kernel.shape[-2] == 1 and outputs == group:
        sums = np.einsum("rkc,kc->rc", view.reshape(flat[0], -1, group).astype(np.int64), kernel.reshape(-1, group))
    else:
        parts = zip(np.split(view, group, axis=-1), np.split(kernel, group, axis=-1), strict=True)
        sums = np.concatenate(
            [exact_product(v.reshape(flat), k.reshape(-1, outputs // group)) for v, k in parts], axis=1
        )
    return [finish(node, (sums + bias).reshape(x.shape[0], *w.out, outputs), inputs[3:])]


def finish(node: Node, sums: Array, vectors: list[Array | None]) -> Array:
    """Rescale sums, channels last, and take the largest of each pool; without vectors the sums stay."""
    if vectors:
        multiplier, offset = vectors
        assert multiplier is not None and offset is not None
        y = rescale(node, np.maximum(sums, 0) if node.get("relu") else sums, multiplier, offset)
    else:
        y = sums.astype(np.int32)
    if pool := int(node.get("pool", 0)):
        rows = y.shape[1] // pool
        y = y[:, : rows * pool].reshape(y.shape[0], rows, pool, y.shape[-1]).max(axis=2)
    return y


def reach(site: Site) -> Reach | None:
    """Return how far it looks along its first axis; rows outside of the input are made of its zero."""
    if site.input(0).shape[0] != 1:
        return None
    w = geometry(site.node, site.input(0), site.input(1))
    return window_reach(site.node, w, pool=max(1, int(site.node.get("pool", 0))), blank=int(site.node.get("zero", 0)))


def depthwise(node: Node, kernel: Tensor) -> bool:
    """Say whether each channel has a kernel of its own."""
    return int(node.get("group", 1)) > 1 and kernel.shape[-2] == 1 and kernel.shape[-1] == node.get("group")


def _runs(kernel: tuple[int, ...], node: Node) -> tuple[int, int, int]:
    """Return how the kernel reads bytes that lie side by side: outer and inner runs, and how long each is."""
    sizes, inside = kernel[:-2], kernel[-2]
    outer = sizes[0] if len(sizes) == 2 else 1
    if tuple(node.get("dilations", (1,)))[-1] == 1 and int(node.get("group", 1)) == 1:
        return outer, 1, sizes[-1] * inside
    return outer, sizes[-1], inside


def _pack(node: Node, i: int, array: Array) -> Array:
    if i != 1 or depthwise(node, Tensor.of(array)):
        return array
    outer, inner, depth = _runs(array.shape, node)
    parts = np.split(array, int(node.get("group", 1)), axis=-1)
    return np.concatenate([fixed_panels(part.reshape(outer * inner, depth, part.shape[-1])) for part in parts])


def _copy_bytes(site: Site) -> int:
    w = geometry(site.node, site.input(0), site.input(1))
    return 0 if site.padded or not w.pads else count(w.padded) * site.input(0).shape[-1]


def _emit(site: Site) -> str:
    node, x = site.node, site.input(0)
    w, zero = geometry(node, x, site.input(1)), int(node.get("zero", 0))
    lines, source = [], "x"
    if w.pads and not site.padded:
        lines = [_copy(w, x.shape[-1], zero), "const uint8_t *const a = scratch;"]
        source = "a"
    elif site.padded and w.before[0]:
        lines, source = [f"const uint8_t *const a = x - {w.before[0] * x.shape[-1]};"], "a"
    lines.append(_depthwise(site, w, source) if depthwise(node, site.input(1)) else _product(site, w, source))
    given = ["const uint8_t *const x = x0 + n * {0};", "{2} *const y = y0 + n * {1};"]
    kind = "uint8_t" if site.has(3) else "int32_t"
    head = [text.format(count(x.shape[1:]), count(site.outputs[0].shape[1:]), kind) for text in given]
    block = "\n".join("    " + line for text in (*head, *lines) for line in text.split("\n"))
    return f"for (size_t n = 0; n < {x.shape[0]}; n++) {{\n{block}\n}}"


def _copy(w: Windows, width: int, zero: int) -> str:
    """Write C that copies ``x`` into the scratch with the byte that stands for 0 around it."""
    inside, around = row_major((*w.size, width)), row_major((*w.padded, width))
    start = sum(b * s for b, s in zip(w.before, around, strict=False))
    body = f"memcpy((uint8_t *)scratch + {{0}}, x + {{1}}, {w.size[-1] * width});"
    axes = len(w.size) - 1
    copy = nest(w.size[:-1], [around[:axes], inside[:axes]], body, offsets=[start, 0])
    return f"memset(scratch, {zero}, {count(w.padded) * width});\n{copy}"


def _product(site: Site, w: Windows, source: str) -> str:
    node, width, group = site.node, site.input(0).shape[-1], int(site.node.get("group", 1))
    columns = site.outputs[0].shape[-1] // group
    outer, inner, depth = _runs(site.input(1).shape, node)
    row = w.padded[-1] * width
    pool = max(1, int(node.get("pool", 0)))
    fields = {
        "rows": w.out[-1] // pool * pool,
        "columns": columns,
        "step": w.strides[-1] * width,
        "outer": outer,
        "outer_step": w.dilations[0] * row if outer > 1 else 0,
        "inner": inner,
        "inner_step": w.dilations[-1] * width if inner > 1 else 0,
        "depth": depth,
        "y_step": columns * group,
        "pool": pool,
        **ends(site),
    }
    if _knows_padding(node, w, width):
        fields |= {"before": w.before[0], "places": w.size[0]}
    size = fixed_panels_size(outer * inner, depth, columns)
    over, x_row, y_row = "", "", ""
    if pool == count(w.kernel) == count(w.strides) == 1 and not w.pads:  # lines follow each other like rows
        fields["rows"] = count(w.out)
    elif len(w.out) == 2:
        over = f"for (size_t i = 0; i < {w.out[0]}; i++) "
        x_row, y_row = f" + i * {w.strides[0] * row}", f" + i * {w.out[1] * columns * group}"
    calls = [
        f"ut_fixed_rows(&s, {source}{x_row} + {g * depth}, x1 + {g * size}, {vectors(site, g * columns)}, "
        f"y{y_row} + {g * columns});"
        for g in range(group)
    ]
    body = "\n".join("    " + call for call in calls)
    return f"{shape_text(fields)}\n{over}{{\n{body}\n}}"


def _knows_padding(node: Node, w: Windows, width: int) -> bool:
    """Say whether a tap is a row of x in whole fours, and padding zeros: then products by padding can be left out."""
    plain = {*w.strides, *w.dilations, int(node.get("group", 1))} == {1} and len(w.size) == 1
    return plain and w.pads and width % 4 == 0 and int(node.get("zero", 0)) == 0


def ends(site: Site) -> dict[str, int]:
    """Return the fields of the C's shape that say how sums become bytes."""
    node, multiplier = site.node, site.constants[3] if site.has(3) else None
    return {
        "rising": int(multiplier is None or not (multiplier < 0).any()),
        "shift": int(node.get("shift", 0)),
        "relu": int(node.get("relu", 0)),
        "floor": int(node.get("floor", 0)),
        "ceiling": int(node.get("ceiling", 255)),
    }


def shape_text(fields: dict[str, int]) -> str:
    """Write a `ut_fixed_shape`."""
    return f"static const ut_fixed_shape s = {{{', '.join(f'.{k} = {v}' for k, v in fields.items())}}};"


def vectors(site: Site, at: int) -> str:
    """Write a `ut_rescale` from column ``at`` on."""
    last = f"x3 + {at}, x4 + {at}" if site.has(3) else "NULL, NULL"
    return f"(ut_rescale){{x2 + {at}, {last}}}"


def _depthwise(site: Site, w: Windows, source: str) -> str:
    width = site.input(0).shape[-1]
    pool = max(1, int(site.node.get("pool", 0)))
    two = len(w.out) == 2
    fields = {"rows": w.out[-1] // pool * pool, "columns": width, "step": w.strides[-1] * width}
    fields |= {"outer": w.kernel[0] if two else 1, "outer_step": w.dilations[0] * w.padded[-1] * width if two else 0}
    fields |= {"inner": w.kernel[-1], "inner_step": w.dilations[-1] * width, "depth": 1, "y_step": width, "pool": pool}
    if two:
        fields |= {"lines": w.out[0], "x_line": w.strides[0] * w.padded[1] * width, "y_line": w.out[1] * width}
    else:
        fields["lines"] = 1
    call = f"ut_fixed_separate(&s, {source}, x1, {vectors(site, 0)}, y);"
    return f"{shape_text(fields | ends(site))}\n{call}"


OPERATORS.add(
    "FixedConv",
    Operator(
        _compute,
        _emit,
        arity=(3, 5),
        shapes=_shapes,
        constants=(1, 2, 3, 4),
        kernels=("dot", "fixed_bytes", "fixed_rows", "fixed_separate"),
        pack=_pack,
        scratch=_copy_bytes,
        reach=reach,
    ),
)
