"""Conv: convolution along time or space, with what follows fused in.

Inputs: x, kernel, then optionally bias, scale and shift (`undertone.compiler.operators.post`).
Attributes: ONNX's strides, pads, dilations, group; ``layout``; ``low``/``high``; ``pool``: the largest of each so many
output steps in a row along the one axis of time, a rest that does not fill a window dropped.

The C lays the zero padding around the input, in the arena itself where the plan left room beside it, and else in a
copy; then the inputs of one output step lie side by side and the whole is one matrix product with overlapping rows.
Depthwise convolutions have a kernel of their own (`undertone.compiler.operators.depthwise`); so have those with the
attribute ``tile``, which compute so many outputs at once (`undertone.compiler.operators.winograd_conv`; with ``lean``
too, in little memory, `undertone.compiler.operators.winograd_lean`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from undertone.compiler.graph import Array, Node, Tensor
from undertone.compiler.loops import nest, row_major
from undertone.compiler.operators import post
from undertone.compiler.operators.depthwise import emit_depthwise, is_depthwise
from undertone.compiler.operators.operator import OPERATORS, Operator, Site
from undertone.compiler.operators.panels import panels
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
from undertone.compiler.operators.winograd_conv import emit_winograd, pack_winograd, tile_of, winograd_scratch
from undertone.compiler.operators.winograd_lean import emit_lean, lean_of, lean_scratch, pack_lean
from undertone.errors import ModelError, UnsupportedError

BLOCK = 10  # rows that the kernel takes at once where vectors are widest; what is best for them is good for others


def geometry(node: Node, x: Tensor, kernel: Tensor) -> Windows:
    """Read how the kernel slides over the input."""
    size = kernel.shape[:-2] if node.get("layout") == "last" else kernel.shape[2:]
    return windows(node, spatial(node, x.shape), size)


def _shapes(node: Node, inputs: list[Tensor | None]) -> list[Tensor]:
    x, kernel = inputs[0], inputs[1]
    assert x is not None and kernel is not None
    if len(kernel.shape) != len(x.shape):
        raise ModelError(f"{node}: a kernel {kernel} does not fit an input {x}")
    w, group = geometry(node, x, kernel), int(node.get("group", 1))
    last = node.get("layout") == "last"
    inside, outputs = (kernel.shape[-2], kernel.shape[-1]) if last else (kernel.shape[1], kernel.shape[0])
    if group < 1 or inside * group != channels(node, x.shape) or outputs % group:
        raise ModelError(f"{node}: a kernel {kernel} in {group} groups does not fit {channels(node, x.shape)} channels")
    for extra in inputs[2:]:
        if extra is not None and extra.shape != (outputs,):
            raise ModelError(f"{node}: bias, scale and shift must have shape ({outputs},), got {extra}")
    out = w.out if not node.get("pool") else (w.out[0] // int(node.get("pool")),)
    return [Tensor(arrange(node, x.shape[0], out, outputs), x.dtype)]


def _compute(node: Node, inputs: list[Array | None]) -> list[Array]:
    x, kernel = inputs[0], inputs[1]
    assert x is not None and kernel is not None
    last = node.get("layout") == "last"
    w = geometry(node, Tensor.of(x), Tensor.of(kernel))
    if not last:
        x, kernel = to_last(x), np.moveaxis(kernel, (0, 1), (-1, -2))
    group, outputs = int(node.get("group", 1)), kernel.shape[-1]
    view = slide(x, w, fill=0.0)
    flat = (x.shape[0] * count(w.out), -1)
    parts = []
    for g in range(group):
        inside = slice(g * kernel.shape[-2], (g + 1) * kernel.shape[-2])
        columns = slice(g * outputs // group, (g + 1) * outputs // group)
        matrix = kernel[..., columns].reshape(-1, outputs // group)
        parts.append(view[..., inside].reshape(flat) @ matrix)
    y = np.concatenate(parts, axis=1).reshape(x.shape[0], *w.out, outputs)
    y = post.apply(node, y, inputs[2:])
    if pool := int(node.get("pool", 0)):
        rows = y.shape[1] // pool
        y = y[:, : rows * pool].reshape(y.shape[0], rows, pool, outputs).max(axis=2)
    return [y if last else to_first(y)]


def _check(site: Site) -> None:
    site.only_float32()
    if len(site.input(0).shape) > 4:
        raise UnsupportedError(
            f"{site.node}: convolutions over {len(site.input(0).shape) - 2} axes are not compiled; 1 and 2 are"
        )


def reach(site: Site) -> Reach | None:
    """Return how far a convolution with constant weights looks along its first axis."""
    node = site.node
    if node.get("layout") != "last" or site.input(0).shape[0] != 1 or site.constants[1] is None or tile_of(node):
        return None
    w = geometry(node, site.input(0), site.input(1))
    return window_reach(node, w, pool=max(1, int(node.get("pool", 0))))


def _kernel_of(site: Site) -> str:
    """Name the kernel that does the work."""
    if tile_of(site.node):
        return "winograd"
    return "depthwise" if is_depthwise(site.node, site.input(1)) else "rows"


def _copy_bytes(site: Site) -> int:
    """Bytes of the padded copy, rounded up to 64; 0 when none is made."""
    w = geometry(site.node, site.input(0), site.input(1))
    if site.padded or not w.pads or _kernel_of(site) != "rows":
        return 0
    return -(-count(w.padded) * site.input(0).shape[-1] * 4 // 64) * 64


def _scratch(site: Site) -> int:
    """The padded copy, then the packed kernel when it comes at run time, and what vectors may read behind it."""
    if tile_of(site.node):
        w = geometry(site.node, site.input(0), site.input(1))
        if lean_of(site.node):
            return lean_scratch(site.node, site.input(1), w)
        return winograd_scratch(site.node, site.input(0), w)
    return _copy_bytes(site) + (0 if _ready(site) else site.input(1).nbytes + 64)


def _ready(site: Site) -> bool:
    """Say whether the kernel needs no packing at run time."""
    return site.constants[1] is not None or is_depthwise(site.node, site.input(1))


def _pack(node: Node, i: int, array: Array) -> Array:
    if i != 1:
        return array
    group = int(node.get("group", 1))
    if tile_of(node):
        return pack_lean(node, array) if lean_of(node) else pack_winograd(node, array)
    if is_depthwise(node, Tensor.of(array)):
        return array
    matrix = array.reshape(-1, array.shape[-1])
    return np.concatenate([panels(part) for part in np.split(matrix, group, axis=1)])


def _emit(site: Site) -> str:
    node, x = site.node, site.input(0)
    w, group = geometry(node, x, site.input(1)), int(node.get("group", 1))
    copied = _copy_bytes(site) > 0
    lines = [copy_padded(w, x.shape[-1])] if copied else []
    source = "a" if copied else "x"
    if copied:
        lines.append("const float *const a = (const float *)scratch;")
    elif site.padded and w.before[0]:
        source, lines = "a", [f"const float *const a = x - {w.before[0] * x.shape[-1]};"]
    forms = {"winograd": _emit_winograd, "depthwise": emit_depthwise}
    form = forms.get(_kernel_of(site))
    lines.append(form(site, w) if form else _product(site, w, group, source))
    batch = x.shape[0]
    inside, outside = count(x.shape[1:]), count(site.outputs[0].shape[1:])
    packing = [] if _ready(site) else [_pack_now(site, group)]
    if batch == 1:
        return "\n".join([*packing, "const float *const x = x0;", "float *const y = y0;", *lines])
    lines = [f"const float *const x = x0 + n * {inside};", f"float *const y = y0 + n * {outside};", *lines]
    block = "\n".join("    " + line for text in lines for line in text.split("\n"))
    return "\n".join([*packing, f"for (size_t n = 0; n < {batch}; n++) {{\n{block}\n}}"])


def _emit_winograd(site: Site, w: Windows) -> str:
    if not lean_of(site.node):
        return emit_winograd(site, w)
    return emit_lean(site.node, site.input(1), w, first="NULL", x="x", k="x1", vectors=post.vectors(site, 2))


def _kernels(site: Site) -> tuple[str, ...]:
    if not tile_of(site.node):
        return ("post", _kernel_of(site))
    return ("post", "rows", "winograd", *(["winograd_lean"] if lean_of(site.node) else []))


def _pack_now(site: Site, group: int) -> str:
    """Write C that lays a kernel which comes at run time out by panels, as `_pack` does for constant ones."""
    columns = site.input(1).shape[-1]
    depth, part = site.input(1).size // columns, columns // group
    return f"""float *const k = (float *)(void *)((unsigned char *)scratch + {_copy_bytes(site)});
for (size_t g = 0, at = 0; g < {group}; g++)
    for (size_t p = 0; p < {part}; p += UT_PANEL)
        for (size_t d = 0; d < {depth}; d++)
            for (size_t c = p; c < {part} && c < p + UT_PANEL; c++) k[at++] = x1[d * {columns} + g * {part} + c];"""


def copy_padded(w: Windows, width: int) -> str:
    """Write C that copies ``x`` into the scratch with zeros around it."""
    floats = count(w.padded) * width
    inner = row_major((*w.padded, width))
    start = sum(b * s for b, s in zip(w.before, inner, strict=False))
    row = w.size[-1] * width
    body = f"memcpy((float *)scratch + {{0}}, x + {{1}}, {row} * sizeof(float));"
    outer = row_major((*w.size, width))
    copy = nest(w.size[:-1], [inner[: len(w.size) - 1], outer[: len(w.size) - 1]], body, offsets=[start, 0])
    return f"memset(scratch, 0, {floats} * sizeof(float));\n{copy}"


def _product(site: Site, w: Windows, group: int, source: str) -> str:
    node, width = site.node, site.input(0).shape[-1]
    outputs = site.outputs[0].shape[-1] // group
    depth = width // group
    strides = row_major((*w.padded, width))
    outer, outer_step = (w.kernel[0], w.dilations[0] * strides[0]) if len(w.kernel) == 2 else (1, 0)
    inner, inner_step = w.kernel[-1], w.dilations[-1] * width
    if w.dilations[-1] == 1 and group == 1:
        inner, inner_step, depth = 1, 0, w.kernel[-1] * width
    pool = max(1, int(node.get("pool", 0)))
    run = _run(w, width, outputs * group)
    fields = (
        f".rows = {run.rows // pool * pool}, .columns = {outputs}, .step = {run.step}, .outer = {outer}, "
        f".outer_step = {outer_step}, .inner = {inner}, .inner_step = {inner_step}, .depth = {depth}, "
        f".y_step = {run.y_step}, .pool = {pool}, {post.bounds(node)}"
    )
    size = count(w.kernel) * (width // group) * outputs
    x_row, y_row = (f" + i * {run.x_next}", f" + i * {run.y_next}") if run.times > 1 else ("", "")
    calls = []
    for g in range(group):
        a, y = _plus(source, g * depth) + x_row, _plus("y", g * outputs) + y_row
        kernel = _plus("k" if site.constants[1] is None else "x1", g * size)
        calls.append(f"ut_rows(&s, {a}, {kernel}, {post.vectors(site, 2, g * outputs)}, {y});")
    body = "\n".join(calls)
    if run.times > 1:
        body = f"for (size_t i = 0; i < {run.times}; i++) {{\n" + "\n".join("    " + c for c in calls) + "\n}"
    return f"static const ut_rows_shape s = {{{fields}}};\n{body}"


@dataclass(frozen=True)
class _Run:
    """Which output steps one call of the kernel takes as its rows, and how it goes on: ``times`` calls."""

    rows: int
    step: int
    y_step: int
    times: int = 1
    x_next: int = 0
    y_next: int = 0


def _run(w: Windows, width: int, outputs: int) -> _Run:
    """Choose the axis along which rows run: the one that fills the kernel's blocks; both where they are one."""
    if len(w.out) == 1:
        return _Run(w.out[0], w.strides[0] * width, outputs)
    down, right = w.strides[0] * w.padded[1] * width, w.strides[1] * width
    if down == w.out[1] * right:
        return _Run(w.out[0] * w.out[1], right, outputs)
    across = _Run(w.out[1], right, outputs, w.out[0], down, w.out[1] * outputs)
    along = _Run(w.out[0], down, w.out[1] * outputs, w.out[1], right, outputs)
    return max((across, along), key=lambda run: run.rows / -(-run.rows // BLOCK))


def _plus(name: str, offset: int) -> str:
    return f"{name} + {offset}" if offset else name


OPERATORS.add(
    "Conv",
    Operator(
        _compute,
        _emit,
        arity=(2, 5),
        shapes=_shapes,
        kernels=_kernels,
        pack=_pack,
        scratch=_scratch,
        check=_check,
        reach=reach,
    ),
)
