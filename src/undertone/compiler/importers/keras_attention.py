"""MultiHeadAttention of Keras: projections, scaled products, softmax, projection back."""

from __future__ import annotations

import numpy as np

from undertone.compiler.graph import Array
from undertone.compiler.importers.builder import GraphBuilder
from undertone.compiler.importers.keras_layer import Build, Layer, scalar


def _attention(b: GraphBuilder, layer: Layer, inputs: list[str], weights: list[Array]) -> str:
    """Inputs (batch, steps, width): query, value and, if it is not the value, key. Weights: q, k, v, output."""
    c, axes = layer.config, layer.config.get("attention_axes")
    plain = axes in (None, [1]) and all(len(b.shape(x)) == 3 for x in inputs) and not c.get("use_gate")
    if not plain or c.get("sliding_window") or set(layer.options) & {"attention_mask", "use_causal_mask"}:
        raise layer.refuse("has a mask, a gate, a window or other axes; only plain attention over time is compiled")
    biased = bool(c.get("use_bias", True))
    step = 2 if biased else 1
    parts = [(weights[i * step], weights[i * step + 1] if biased else None) for i in range(4)]
    query, value = inputs[:2]
    key = inputs[2] if len(inputs) > 2 else value
    q, k, v = (
        _heads(b, f"{layer.name}_{word}", x, *part, perm=perm)
        for word, x, part, perm in zip(
            ("query", "key", "value"),
            (query, key, value),
            parts,
            ((0, 2, 1, 3), (0, 2, 3, 1), (0, 2, 1, 3)),
            strict=False,
        )
    )
    q = b.add("Mul", [q, scalar(b, f"{layer.name}_scale", 1 / np.sqrt(int(c["key_dim"])))], f"{layer.name}_scaled")
    shares = b.add("Softmax", [b.add("MatMul", [q, k], f"{layer.name}_products")], f"{layer.name}_shares", axis=-1)
    mixed = b.add(
        "Transpose", [b.add("MatMul", [shares, v], f"{layer.name}_mixed")], f"{layer.name}_heads", perm=(0, 2, 1, 3)
    )
    batch, steps, heads, width = b.shape(mixed)
    flat = b.add("Reshape", [mixed], f"{layer.name}_flat", shape=(batch, steps, heads * width))
    kernel, bias = parts[3]
    kernel = kernel.reshape(heads * width, -1)
    y = b.add("MatMul", [flat, b.constant(f"{layer.name}_output_kernel", kernel)], layer.name)
    return y if bias is None else b.add("Add", [y, b.constant(f"{layer.name}_output_bias", bias)], layer.name)


def _heads(b: GraphBuilder, name: str, x: str, kernel: Array, bias: Array | None, *, perm: tuple[int, ...]) -> str:
    """Project (batch, steps, width) by a kernel (width, heads, size) and put the axes in order."""
    y = b.add("MatMul", [x, b.constant(f"{name}_kernel", kernel.reshape(kernel.shape[0], -1))], name)
    if bias is not None:
        y = b.add("Add", [y, b.constant(f"{name}_bias", bias.reshape(-1))], name)
    y = b.add("Reshape", [y], f"{name}_split", shape=(*b.shape(x)[:2], *kernel.shape[1:]))
    return b.add("Transpose", [y], f"{name}_heads", perm=perm)


LAYERS: dict[str, Build] = {"MultiHeadAttention": _attention}
