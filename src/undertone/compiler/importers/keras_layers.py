"""All layers of Keras that can be read, and those that only move, join or pass on what they get.

One small function a kind of layer. Channels are last, batch size is 1.
"""

from __future__ import annotations

import math

import numpy as np

from undertone.compiler.graph import Array, Tensor
from undertone.compiler.importers import (
    keras_activations,
    keras_attention,
    keras_recurrent,
    keras_scaling,
    keras_windows,
)
from undertone.compiler.importers.builder import GraphBuilder
from undertone.compiler.importers.keras_layer import Build, Layer
from undertone.errors import ModelError, UnsupportedError, nearest


def add_layer(b: GraphBuilder, layer: Layer, inputs: list[str], weights: list[Array]) -> str:
    """Add a layer's nodes; return the name of what it gives.

    Raises
    ------
    UnsupportedError
        We lack the layer, or the way it is used.
    """
    if layer.kind == "Lambda":
        raise layer.refuse(
            "holds Python code, which is never run; write it with layers (Rescaling, Activation, Reshape, ...), "
            "or export the model to ONNX"
        )
    if layer.kind not in LAYERS:
        raise UnsupportedError(
            f"layer {layer.name!r} is of class {layer.kind!r}, which the compiler lacks{nearest(layer.kind, LAYERS)}; "
            f"replace it by layers it has: {', '.join(sorted(LAYERS))}"
        )
    if layer.config.get("data_format") == "channels_first":
        raise layer.refuse("has its channels first; build the model with channels_last")
    for i, array in enumerate(weights):
        if array.dtype != np.float32 and array.dtype.kind == "f":
            raise layer.refuse(f"has a weight ({i}) of {array.dtype}; save the model in float32")
    if layer.kind != "InputLayer" and not inputs:
        raise ModelError(f"layer {layer.name!r} reads nothing")
    try:
        return LAYERS[layer.kind](b, layer, inputs, weights)
    except (IndexError, ValueError, OverflowError, ArithmeticError) as error:
        if isinstance(error, ModelError):
            raise
        shapes = ", ".join(str(w.shape) for w in weights) or "no weights"
        raise ModelError(
            f"layer {layer.name!r} ({layer.kind}): its settings and weights ({shapes}) do not fit: {error}"
        ) from error


def _input(b: GraphBuilder, layer: Layer, inputs: list[str], weights: list[Array]) -> str:
    shape = layer.config.get("batch_shape") or layer.config.get("batch_input_shape")
    if shape is None:
        raise ModelError(f"layer {layer.name!r} does not say its shape")
    if any(n is None for n in shape[1:]):
        raise UnsupportedError(
            f"layer {layer.name!r} has the open shape {tuple(shape)}; give every axis but the first a size"
        )
    kind = layer.config.get("dtype", "float32")
    if kind != "float32":
        raise layer.refuse(f"is of type {kind!r}; networks on float32 can be read")
    return b.input(layer.name, Tensor((1, *(int(n) for n in shape[1:])), "float32"))


def _dense(b: GraphBuilder, layer: Layer, inputs: list[str], weights: list[Array]) -> str:
    y = b.add("MatMul", [inputs[0], b.constant(f"{layer.name}_kernel", weights[0])], layer.name)
    return keras_windows.finish(b, layer, y, weights[1:])


def _flatten(b: GraphBuilder, layer: Layer, inputs: list[str], weights: list[Array]) -> str:
    shape = b.shape(inputs[0])
    return b.add("Reshape", inputs, layer.name, shape=(shape[0], math.prod(shape[1:])))


def _reshape(b: GraphBuilder, layer: Layer, inputs: list[str], weights: list[Array]) -> str:
    target = (int(n) for n in layer.config["target_shape"])
    return b.add("Reshape", inputs, layer.name, shape=(b.shape(inputs[0])[0], *target))


def _permute(b: GraphBuilder, layer: Layer, inputs: list[str], weights: list[Array]) -> str:
    return b.add("Transpose", inputs, layer.name, perm=(0, *(int(n) for n in layer.config["dims"])))


def _repeat(b: GraphBuilder, layer: Layer, inputs: list[str], weights: list[Array]) -> str:
    wide = b.add("Unsqueeze", inputs, f"{layer.name}_wide", axes=(1,))
    return b.add("Tile", [wide], layer.name, repeats=(1, int(layer.config["n"]), 1))


def _same(b: GraphBuilder, layer: Layer, inputs: list[str], weights: list[Array]) -> str:
    return inputs[0]


def _merge(op: str) -> Build:
    def build(b: GraphBuilder, layer: Layer, inputs: list[str], weights: list[Array]) -> str:
        y = inputs[0]
        for i, other in enumerate(inputs[1:]):
            y = b.add(op, [y, other], layer.name if i == len(inputs) - 2 else f"{layer.name}_{i}")
        return y

    return build


def _average(b: GraphBuilder, layer: Layer, inputs: list[str], weights: list[Array]) -> str:
    return b.add("Mean", inputs, layer.name)


def _concatenate(b: GraphBuilder, layer: Layer, inputs: list[str], weights: list[Array]) -> str:
    return b.add("Concat", inputs, layer.name, axis=int(layer.config.get("axis", -1)))


def _each_step(b: GraphBuilder, layer: Layer, inputs: list[str], weights: list[Array]) -> str:
    """TimeDistributed: the steps of time become the batch of the layer inside."""
    shape, entry = b.shape(inputs[0]), layer.config["layer"]
    if len(shape) < 3 or entry["class_name"] in ("TimeDistributed", "InputLayer"):
        raise layer.refuse(f"wraps {entry['class_name']!r} on {len(shape)} axes, which is not compiled")
    inside = Layer(str(entry["class_name"]), layer.name, entry["config"], keras=layer.keras)
    rows = b.add("Reshape", inputs, f"{layer.name}_rows", shape=(shape[0] * shape[1], *shape[2:]))
    y = add_layer(b, inside, [rows], weights)
    return b.add("Reshape", [y], f"{layer.name}_steps", shape=(*shape[:2], *b.shape(y)[1:]))


LAYERS: dict[str, Build] = {
    **keras_activations.LAYERS,
    **keras_attention.LAYERS,
    **keras_recurrent.LAYERS,
    **keras_scaling.LAYERS,
    **keras_windows.LAYERS,
    "Add": _merge("Add"),
    "Average": _average,
    "Concatenate": _concatenate,
    "Dense": _dense,
    "Flatten": _flatten,
    "InputLayer": _input,
    "Maximum": _merge("Max"),
    "Minimum": _merge("Min"),
    "Multiply": _merge("Mul"),
    "Permute": _permute,
    "RepeatVector": _repeat,
    "Reshape": _reshape,
    "Subtract": _merge("Sub"),
    "TimeDistributed": _each_step,
    **dict.fromkeys(("ActivityRegularization", "AlphaDropout", "Dropout", "GaussianDropout", "GaussianNoise"), _same),
    **dict.fromkeys(("SpatialDropout1D", "SpatialDropout2D"), _same),
}
