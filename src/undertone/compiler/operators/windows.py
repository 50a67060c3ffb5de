"""What convolutions and pools share: windows that slide along the axes of time and space."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from undertone.compiler.graph import Array, Node
from undertone.errors import ModelError


@dataclass(frozen=True)
class Windows:
    """How windows lie on an input.

    Attributes
    ----------
    size, out : tuple of int
        Steps of the input and of the output along each axis of time or space.
    kernel, strides, dilations : tuple of int
        Shape of the window, its step, and the step inside it.
    before, after : tuple of int
        Padding at both ends of each axis.
    """

    size: tuple[int, ...]
    kernel: tuple[int, ...]
    strides: tuple[int, ...]
    dilations: tuple[int, ...]
    before: tuple[int, ...]
    after: tuple[int, ...]
    out: tuple[int, ...]

    @property
    def padded(self) -> tuple[int, ...]:
        """Steps of the input with its padding."""
        return tuple(b + n + a for b, n, a in zip(self.before, self.size, self.after, strict=True))

    @property
    def pads(self) -> bool:
        """Whether there is any padding."""
        return any(self.before) or any(self.after)


def windows(node: Node, size: tuple[int, ...], kernel: tuple[int, ...]) -> Windows:
    """Read a node's attributes ``strides``, ``pads``, ``dilations``, ``ceil_mode`` (ONNX's meaning of each).

    Raises
    ------
    ModelError
        They do not fit the input.
    """
    rank = len(size)
    strides = tuple(node.get("strides", (1,) * rank))
    dilations = tuple(node.get("dilations", (1,) * rank))
    pads = tuple(node.get("pads", (0,) * 2 * rank))
    if not (len(kernel) == len(strides) == len(dilations) == rank and len(pads) == 2 * rank):
        raise ModelError(f"{node}: kernel, strides, dilations and pads must be given for {rank} axes")
    if min((*strides, *dilations, *kernel, 1)) < 1 or min((*pads, 0)) < 0:
        raise ModelError(f"{node}: kernel, strides and dilations must be positive, pads must not be negative")
    before, after = pads[:rank], list(pads[rank:])
    out = []
    for i in range(rank):
        span = dilations[i] * (kernel[i] - 1) + 1
        room = before[i] + size[i] + after[i] - span
        if room < 0:
            raise ModelError(f"{node}: a window of {span} does not fit on axis {i} of {size[i]} steps with its padding")
        steps = room // strides[i] + 1
        if node.get("ceil_mode") and room % strides[i] and steps * strides[i] < before[i] + size[i]:
            after[i] += strides[i] - room % strides[i]
            steps += 1
        out.append(steps)
    return Windows(size, kernel, strides, dilations, before, tuple(after), tuple(out))


def slide(x: Array, w: Windows, *, fill: float) -> Array:
    """View windows of a channel-last array.

    Parameters
    ----------
    x : ndarray, shape (n, *size, channels)
        The input.
    fill : float
        What lies in the padding.

    Returns
    -------
    ndarray, shape (n, *out, *kernel, channels)
        A view into a padded copy.
    """
    rank = len(w.size)
    width = [(0, 0), *zip(w.before, w.after, strict=True), (0, 0)]
    padded = np.pad(x, width, constant_values=fill) if w.pads else x
    spans = tuple(d * (k - 1) + 1 for d, k in zip(w.dilations, w.kernel, strict=True))
    view = np.lib.stride_tricks.sliding_window_view(padded, spans, axis=tuple(range(1, rank + 1)))
    take = tuple(slice(0, o * s, s) for o, s in zip(w.out, w.strides, strict=True))
    inside = tuple(slice(None, None, d) for d in w.dilations)
    view = view[(slice(None), *take, slice(None), *inside)]
    return np.moveaxis(view, rank + 1, -1)


def to_last(x: Array) -> Array:
    """Move channels from axis 1 to the end."""
    return np.moveaxis(x, 1, -1)


def to_first(x: Array) -> Array:
    """Move channels from the end to axis 1."""
    return np.ascontiguousarray(np.moveaxis(x, -1, 1))


def spatial(node: Node, shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return the axes of time and space of an input, by the node's layout."""
    if len(shape) < 3:
        raise ModelError(f"{node}: expected (batch, channels, time, ...), got {shape}")
    return shape[1:-1] if node.get("layout") == "last" else shape[2:]


def channels(node: Node, shape: tuple[int, ...]) -> int:
    """Return the channels of an input, by the node's layout."""
    return shape[-1] if node.get("layout") == "last" else shape[1]


def arrange(node: Node, batch: int, size: tuple[int, ...], width: int) -> tuple[int, ...]:
    """Return the shape of an output, by the node's layout."""
    return (batch, *size, width) if node.get("layout") == "last" else (batch, width, *size)


def count(shape: tuple[int, ...]) -> int:
    """Return the number of elements."""
    return math.prod(shape)
