"""Depthwise convolutions: as many groups as channels, one kernel for each. `Conv` hands them over when it writes C."""

from __future__ import annotations

from undertone.compiler.graph import Node, Tensor
from undertone.compiler.loops import row_major
from undertone.compiler.operators import post
from undertone.compiler.operators.operator import Site
from undertone.compiler.operators.windows import Windows


def is_depthwise(node: Node, kernel: Tensor) -> bool:
    """Say whether a convolution, channels last, is depthwise: each channel has one kernel and gives one channel."""
    group = int(node.get("group", 1))
    last = node.get("layout") == "last" and len(kernel.shape) in (3, 4)
    return last and group > 1 and kernel.shape[-2] == 1 and kernel.shape[-1] == group


def emit_depthwise(site: Site, w: Windows) -> str:
    """Write the call of ``ut_depthwise``, which takes outputs in blocks along its second axis: the longer one."""
    width = site.input(0).shape[-1]
    axes = (0,) if len(w.size) == 1 else (0, 1) if w.out[1] >= w.out[0] else (1, 0)

    def pair(values: tuple[int, ...], missing: int) -> tuple[int, ...]:
        return (*(missing,) * (2 - len(axes)), *(values[a] for a in axes))

    along = axes[-1]
    inner = min(-(-w.before[along] // w.strides[along]), w.out[along])
    room = w.size[along] + w.before[along] - w.dilations[along] * (w.kernel[along] - 1) - 1
    inner_end = max(inner, min(w.out[along], room // w.strides[along] + 1 if room >= 0 else 0))
    fields = {
        "size": pair(w.size, 1), "out": pair(w.out, 1), "taps": pair(w.kernel, 1), "stride": pair(w.strides, 1),
        "apart": pair(w.dilations, 1), "before": pair(w.before, 0), "x_next": pair(row_major((*w.size, width)), 0),
        "y_next": pair(row_major((*w.out, width)), 0), "w_next": pair(row_major((*w.kernel, width)), 0),
    }  # fmt: skip
    pairs = ", ".join(f".{name} = {{{a}, {b}}}" for name, (a, b) in fields.items())
    return (
        f"static const ut_depthwise_shape s = {{.channels = {width}, {pairs}, .inner = {inner}, "
        f".inner_end = {inner_end}, .outer = {int(axes == (1, 0))}, {post.bounds(site.node)}}};\n"
        f"ut_depthwise(&s, x, x1, {post.vectors(site, 2)}, y);"
    )
