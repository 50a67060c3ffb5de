"""QLinearConv: a convolution of integers, summed in int32, requantised to integers; channels first, as ONNX has it."""

from __future__ import annotations

import numpy as np

from undertone.compiler.graph import Array, Node, Tensor
from undertone.compiler.loops import row_major
from undertone.compiler.operators.operator import OPERATORS, Operator, Site
from undertone.compiler.operators.requantize import emit_requantized, requantized, scale_size
from undertone.compiler.operators.windows import Windows, count, slide, spatial, to_first, to_last, windows
from undertone.errors import ModelError, UnsupportedError

# What the inputs are: x, the kernel w and the result y with scales and zero points each, then the bias.
X, X_SCALE, X_ZERO, W, W_SCALE, W_ZERO, Y_SCALE, Y_ZERO, BIAS = range(9)


def _geometry(node: Node, x: Tensor, w: Tensor) -> Windows:
    return windows(node, spatial(node, x.shape), w.shape[2:])


def _compute(node: Node, inputs: list[Array | None]) -> list[Array]:
    x, x_scale, x_zero, w, w_scale, w_zero, y_scale, y_zero = (np.asarray(a) for a in inputs[:8])
    bias = inputs[BIAS] if len(inputs) > BIAS else None
    geometry, group = _geometry(node, Tensor.of(x), Tensor.of(w)), int(node.get("group", 1))
    view = slide(to_last(x.astype(np.int32) - x_zero.astype(np.int32).reshape(())), geometry, fill=0)
    kernel = w.astype(np.int32) - w_zero.astype(np.int32).reshape((-1, *(1,) * (w.ndim - 1)))
    kernel = np.moveaxis(kernel, (0, 1), (-1, -2))  # (*window, channels in, channels out), as the view's windows
    inside, outside = kernel.shape[-2], kernel.shape[-1] // group
    sums = [
        np.matmul(
            view[..., g * inside : (g + 1) * inside].reshape(x.shape[0] * count(geometry.out), -1),
            kernel[..., g * outside : (g + 1) * outside].reshape(-1, outside),
        )
        for g in range(group)
    ]
    total = np.concatenate(sums, axis=1) + (0 if bias is None else bias)
    scale = x_scale.reshape(()) * w_scale.reshape(-1) / y_scale.reshape(())
    y = requantized(total, scale, y_zero)
    return [to_first(y.reshape(x.shape[0], *geometry.out, kernel.shape[-1]))]


def _shapes(node: Node, inputs: list[Tensor | None]) -> list[Tensor]:
    x, w, zero = inputs[X], inputs[W], inputs[Y_ZERO]
    assert x is not None and w is not None and zero is not None
    group = int(node.get("group", 1))
    if len(w.shape) != len(x.shape) or group < 1 or w.shape[1] * group != x.shape[1] or w.shape[0] % group:
        raise ModelError(f"{node}: a kernel {w} in {group} groups does not fit an input {x}")
    for i, steps in ((X_SCALE, 1), (X_ZERO, 1), (W_SCALE, w.shape[0]), (W_ZERO, w.shape[0]), (Y_SCALE, 1), (Y_ZERO, 1)):
        scale_size(node, inputs[i], steps)
    bias = inputs[BIAS] if len(inputs) > BIAS else None
    if bias is not None and bias != Tensor((w.shape[0],), "int32"):
        raise ModelError(f"{node}: the bias must be int32 ({w.shape[0]},), got {bias}")
    return [Tensor((x.shape[0], w.shape[0], *_geometry(node, x, w).out), zero.dtype)]


def _emit(site: Site) -> str:
    x, w, out = site.input(X), site.input(W), site.outputs[0].shape
    g, group = _geometry(site.node, x, w), int(site.node.get("group", 1))
    rank, each, inside = len(g.size), w.shape[0] // group, w.shape[1]
    x_steps, w_steps, y_steps = row_major(x.shape), row_major(w.shape), row_major(out)

    def at(i: int) -> str:
        return f"x{i}[{'m' if site.input(i).size > 1 else 0}]"

    lines = [f"for (size_t n = 0; n < {x.shape[0]}; n++)", f"for (size_t m = 0; m < {w.shape[0]}; m++)"]
    lines += [f"for (size_t o{i} = 0; o{i} < {g.out[i]}; o{i}++)" for i in range(rank)]
    lines[-1] += " {"
    body = [f"int32_t sum = {f'x{BIAS}[m]' if site.has(BIAS) else 0};", f"for (size_t c = 0; c < {inside}; c++)"]
    for i in range(rank):
        body.append(f"for (size_t k{i} = 0; k{i} < {g.kernel[i]}; k{i}++) {{")
        step = f"(ptrdiff_t)(o{i} * {g.strides[i]} + k{i} * {g.dilations[i]}) - {g.before[i]}"
        body.append(f"    const ptrdiff_t p{i} = {step};")
        body.append(f"    if (p{i} < 0 || p{i} >= {g.size[i]}) continue;")
    places = "".join(f" + (size_t)p{i} * {x_steps[2 + i]}" for i in range(rank))
    taps = "".join(f" + k{i} * {w_steps[2 + i]}" for i in range(rank))
    body.append(f"    const int32_t v = x{X}[n * {x_steps[0]} + (m / {each} * {inside} + c) * {x_steps[1]}{places}];")
    body.append(f"    const int32_t k = x{W}[m * {w_steps[0]} + c * {w_steps[1]}{taps}];")
    body += [f"    sum += (v - x{X_ZERO}[0]) * (k - {at(W_ZERO)});", "}" * rank]
    here = "".join(f" + o{i} * {y_steps[2 + i]}" for i in range(rank))
    result = f"y0[n * {y_steps[0]} + m * {y_steps[1]}{here}]"
    scale = f"x{X_SCALE}[0] * {at(W_SCALE)} / x{Y_SCALE}[0]"
    body.append(emit_requantized(site, "sum", scale, f"x{Y_ZERO}[0]", result))
    return "\n".join([*lines, *("    " + line for line in body), "}"])


def _check(site: Site) -> None:
    site.only_float32()
    for i in (X, W, Y_ZERO):
        if site.input(i).dtype not in ("int8", "uint8"):
            raise UnsupportedError(f"{site.node}: is compiled for int8 and uint8, not for {site.input(i).dtype}")


OPERATORS.add("QLinearConv", Operator(_compute, _emit, arity=(8, 9), shapes=_shapes, check=_check))
