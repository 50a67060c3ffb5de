"""ConvTranspose: each input step spreads a kernel over the output. Channels first; groups, strides, pads, dilations."""

from __future__ import annotations

import numpy as np

from undertone.compiler.graph import Array, Node, Tensor
from undertone.compiler.loops import row_major
from undertone.compiler.operators.operator import OPERATORS, Operator, Site
from undertone.compiler.operators.windows import count
from undertone.errors import ModelError


def _numbers(node: Node, x: tuple[int, ...], kernel: tuple[int, ...]) -> tuple[tuple[int, ...], ...]:
    """Return (strides, dilations, pads before, output steps) along the axes of time and space."""
    size, inner = x[2:], kernel[2:]
    rank = len(size)
    strides, dilations = tuple(node.get("strides", (1,) * rank)), tuple(node.get("dilations", (1,) * rank))
    extra = tuple(node.get("output_padding", (0,) * rank))
    full = [
        s * (n - 1) + e + (k - 1) * d + 1 for s, n, e, k, d in zip(strides, size, extra, inner, dilations, strict=True)
    ]
    asked, mode = node.get("output_shape"), str(node.get("auto_pad", "NOTSET"))
    if mode.startswith("SAME") and asked is None:
        asked = tuple(n * s for n, s in zip(size, strides, strict=True))
    if asked is None:
        pads = tuple(node.get("pads", (0,) * 2 * rank)) if mode == "NOTSET" else (0,) * 2 * rank
        out = tuple(f - pads[i] - pads[rank + i] for i, f in enumerate(full))
        return strides, dilations, pads[:rank], out
    asked = tuple(asked)[-rank:]
    total = [max(f - n, 0) for f, n in zip(full, asked, strict=True)]
    before = tuple(t - t // 2 if mode == "SAME_LOWER" else t // 2 for t in total)
    return strides, dilations, before, asked


def _shapes(node: Node, inputs: list[Tensor | None]) -> list[Tensor]:
    x, kernel = inputs[0], inputs[1]
    assert x is not None and kernel is not None
    if len(x.shape) < 3 or len(x.shape) != len(kernel.shape) or x.shape[1] != kernel.shape[0]:
        raise ModelError(f"{node}: a kernel {kernel} does not fit an input {x}")
    group = int(node.get("group", 1))
    bias = inputs[2] if len(inputs) > 2 else None
    if group < 1 or x.shape[1] % group or (bias is not None and bias.shape != (kernel.shape[1] * group,)):
        raise ModelError(f"{node}: {group} groups or a bias {bias} do not fit a kernel {kernel}")
    out = _numbers(node, x.shape, kernel.shape)[3]
    return [Tensor((x.shape[0], kernel.shape[1] * int(node.get("group", 1)), *out), x.dtype)]


def _compute(node: Node, inputs: list[Array | None]) -> list[Array]:
    x, kernel, bias = (*inputs, None)[:3]
    assert x is not None and kernel is not None
    strides, dilations, before, out = _numbers(node, x.shape, kernel.shape)
    group = int(node.get("group", 1))
    inside, outside = kernel.shape[0] // group, kernel.shape[1]
    room = [
        s * (n - 1) + (k - 1) * d + 1
        for s, n, k, d in zip(strides, x.shape[2:], kernel.shape[2:], dilations, strict=True)
    ]
    room = [max(r, b + o) for r, b, o in zip(room, before, out, strict=True)]
    full = np.zeros((x.shape[0], outside * group, *room), x.dtype)
    for place in np.ndindex(*kernel.shape[2:]):
        spread = tuple(
            slice(p * d, p * d + (n - 1) * s + 1, s)
            for p, d, n, s in zip(place, dilations, x.shape[2:], strides, strict=True)
        )
        for g in range(group):
            taps = kernel[(slice(g * inside, (g + 1) * inside), slice(None), *place)]
            part = np.einsum("nc...,cm->nm...", x[:, g * inside : (g + 1) * inside], taps)
            full[(slice(None), slice(g * outside, (g + 1) * outside), *spread)] += part
    cut = tuple(slice(b, b + o) for b, o in zip(before, out, strict=True))
    y = full[(slice(None), slice(None), *cut)]
    return [y if bias is None else y + bias.reshape(-1, *(1,) * len(out))]


def _emit(site: Site) -> str:
    x, kernel, y = site.input(0).shape, site.input(1).shape, site.outputs[0].shape
    strides, dilations, before, out = _numbers(site.node, x, kernel)
    group, rank = int(site.node.get("group", 1)), len(out)
    inside, outside = kernel[0] // group, kernel[1]
    start = "x2[c]" if site.has(2) else "0"
    head = [
        f"for (size_t n = 0; n < {y[0]}; n++)",
        f"for (size_t c = 0; c < {y[1]}; c++)",
        f"    for (size_t i = 0; i < {count(out)}; i++) y0[(n * {y[1]} + c) * {count(out)} + i] = {start};",
        f"for (size_t n = 0; n < {x[0]}; n++)",
        f"for (size_t c = 0; c < {x[1]}; c++)",
        f"for (size_t m = 0; m < {outside}; m++)",
    ]
    head += [f"for (size_t i{a} = 0; i{a} < {x[2 + a]}; i{a}++)" for a in range(rank)]
    head += [f"for (size_t k{a} = 0; k{a} < {kernel[2 + a]}; k{a}++)" for a in range(rank)]
    body = []
    for a in range(rank):
        body.append(f"const ptrdiff_t p{a} = (ptrdiff_t)(i{a} * {strides[a]} + k{a} * {dilations[a]}) - {before[a]};")
        body.append(f"if (p{a} < 0 || p{a} >= {out[a]}) continue;")
    to = " + ".join(f"(size_t)p{a} * {s}" for a, s in enumerate(row_major(out)))
    read = " + ".join(f"i{a} * {s}" for a, s in enumerate(row_major(x[2:])))
    tap = " + ".join(f"k{a} * {s}" for a, s in enumerate(row_major(kernel[2:])))
    body.append(f"y0[(n * {y[1]} + c / {inside} * {outside} + m) * {count(out)} + {to}] +=")
    body.append(
        f"    x0[(n * {x[1]} + c) * {count(x[2:])} + {read}] * x1[(c * {outside} + m) * {count(kernel[2:])} + {tap}];"
    )
    return "\n".join([*head, "{", *("    " + line for line in body), "}"])


def _check(site: Site) -> None:
    site.only_float32()


OPERATORS.add("ConvTranspose", Operator(_compute, _emit, arity=(2, 3), shapes=_shapes, check=_check))
