"""A GRU for TensorFlow Lite, which has none: the input's part of all steps as one product, then step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from undertone.compiler.graph import Node

if TYPE_CHECKING:
    from peer_tflite import Writer


def unroll(w: Writer, n: Node) -> tuple[int, int]:
    """Write a forward GRU with its reset gate after the product; return the sequence and the last state."""
    x, weights, recurrence, bias = n.inputs[:4]
    steps, _, width = w.graph.tensors[x].shape
    wx, rh, b = (w.graph.constants[name][0] for name in (weights, recurrence, bias))
    size = rh.shape[1]
    none = {"kind": "FullyConnectedOptions", "fusedActivationFunction": w.s.ActivationFunctionType.NONE}

    def reshaped(y: int, *shape: int) -> int:
        return w.step("RESHAPE", [y, w.whole(*shape)], shape, "ReshapeOptions", newShape=list(shape))

    def part(y: int, row: int, begin: int, columns: int) -> int:
        inputs = [y, w.whole(row, begin * size), w.whole(1, columns * size)]
        return w.step("SLICE", inputs, (1, columns * size), "SliceOptions")

    def pair(code: str, a: int, c: int, columns: int = 1) -> int:
        return w.step(code, [a, c], (1, columns * size), f"{code.title()}Options")

    inputs = [reshaped(w.at[x], steps, width), w.constant(wx), w.constant(b[: 3 * size])]
    from_x = w.step("FULLY_CONNECTED", inputs, (steps, 3 * size), **none)
    kernel, offset = w.constant(rh), w.constant(b[3 * size :])
    h, rows = w.constant(np.zeros((1, size), np.float32)), []
    for t in range(steps):
        from_h = w.step("FULLY_CONNECTED", [h, kernel, offset], (1, 3 * size), **none)
        both = pair("ADD", part(from_x, t, 0, 2), part(from_h, 0, 0, 2), 2)
        gates = w.step("LOGISTIC", [both], (1, 2 * size))
        z, r = part(gates, 0, 0, 1), part(gates, 0, 1, 1)
        inner = pair("ADD", part(from_x, t, 2, 1), pair("MUL", r, part(from_h, 0, 2, 1)))
        new = w.step("TANH", [inner], (1, size))
        h = pair("ADD", new, pair("MUL", z, pair("SUB", h, new)))
        rows.append(h)
    sequence = w.step("CONCATENATION", rows, (steps, size), "ConcatenationOptions", axis=0)
    return reshaped(sequence, steps, 1, 1, size), reshaped(h, 1, 1, 1, size)
