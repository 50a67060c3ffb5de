"""Keras layers as nodes: one small function a kind of layer. Channels are last, batch size is 1."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from undertone.compiler.graph import Array, Tensor
from undertone.compiler.importers.builder import GraphBuilder
from undertone.errors import ModelError, UnsupportedError, nearest


@dataclass(frozen=True)
class Layer:
    """A layer as the config has it: its class, its name, its settings, and the layers that it reads."""

    kind: str
    name: str
    config: dict[str, Any]
    sources: tuple[str, ...]

    @staticmethod
    def of(entry: dict[str, Any], sources: tuple[str, ...]) -> Layer:
        """Read one entry of the config's list."""
        config = entry["config"]
        return Layer(str(entry["class_name"]), str(entry.get("name") or config["name"]), config, sources)


Build = Callable[[GraphBuilder, Layer, list[str], list[Array]], str]


def add_layer(b: GraphBuilder, layer: Layer, inputs: list[str], weights: list[Array]) -> str:
    """Add a layer's nodes; return the name of what it gives.

    Raises
    ------
    UnsupportedError
        We lack the layer, or the way it is used.
    """
    if layer.kind not in LAYERS:
        raise UnsupportedError(
            f"layer {layer.name!r} is of class {layer.kind!r}, which the compiler lacks{nearest(layer.kind, LAYERS)}; "
            f"replace it by layers it has: {', '.join(sorted(LAYERS))}"
        )
    if layer.config.get("data_format") == "channels_first":
        raise UnsupportedError(f"layer {layer.name!r} has its channels first; build the model with channels_last")
    for i, array in enumerate(weights):
        if array.dtype != np.float32:
            raise UnsupportedError(f"layer {layer.name!r}: weight {i} is {array.dtype}; save the model in float32")
    return LAYERS[layer.kind](b, layer, inputs, weights)


def _input(b: GraphBuilder, layer: Layer, inputs: list[str], weights: list[Array]) -> str:
    shape = layer.config.get("batch_shape") or layer.config.get("batch_input_shape")
    if shape is None:
        raise ModelError(f"layer {layer.name!r} does not say its shape")
    if any(n is None for n in shape[1:]):
        raise UnsupportedError(
            f"layer {layer.name!r} has the open shape {tuple(shape)}; give every axis but the first a size"
        )
    return b.input(layer.name, Tensor((1, *(int(n) for n in shape[1:])), "float32"))


def _conv(b: GraphBuilder, layer: Layer, inputs: list[str], weights: list[Array]) -> str:
    kernel = weights[0]
    y = _slide(b, layer, inputs[0], kernel, int(layer.config.get("groups", 1)), layer.name)
    return _finish(b, layer, y, weights[1:])


def _depthwise(b: GraphBuilder, layer: Layer, inputs: list[str], weights: list[Array]) -> str:
    kernel = weights[0].reshape(*weights[0].shape[:-2], 1, -1)
    y = _slide(b, layer, inputs[0], kernel, b.shape(inputs[0])[-1], layer.name)
    return _finish(b, layer, y, weights[1:])


def _separable(b: GraphBuilder, layer: Layer, inputs: list[str], weights: list[Array]) -> str:
    depth = weights[0].reshape(*weights[0].shape[:-2], 1, -1)
    y = _slide(b, layer, inputs[0], depth, b.shape(inputs[0])[-1], f"{layer.name}_depthwise")
    y = b.add("Conv", [y, b.constant(f"{layer.name}_pointwise", weights[1])], layer.name, layout="last")
    return _finish(b, layer, y, weights[2:])


def _slide(b: GraphBuilder, layer: Layer, x: str, kernel: Array, group: int, name: str) -> str:
    rank = kernel.ndim - 2
    strides = _whole(layer.config["strides"], rank)
    dilations = _whole(layer.config.get("dilation_rate", 1), rank)
    pads = _pads(layer, b.shape(x)[1:-1], kernel.shape[:-2], strides, dilations)
    names = [x, b.constant(f"{name}_kernel", kernel)]
    return b.add("Conv", names, name, strides=strides, dilations=dilations, pads=pads, group=group, layout="last")


def _finish(b: GraphBuilder, layer: Layer, y: str, rest: list[Array]) -> str:
    if layer.config.get("use_bias", True):
        y = b.add("Add", [y, b.constant(f"{layer.name}_bias", rest[0])], f"{layer.name}_biased")
    return _activate(b, layer, y, layer.config.get("activation", "linear"))


def _whole(value: Any, rank: int) -> tuple[int, ...]:
    return (int(value),) * rank if isinstance(value, int) else tuple(int(v) for v in value)


def _pads(
    layer: Layer, size: tuple[int, ...], kernel: tuple[int, ...], strides: tuple[int, ...], dilations: tuple[int, ...]
) -> tuple[int, ...]:
    """Keras' padding as ONNX's pads: "same" puts the odd one at the end, "causal" puts all in front."""
    spans = [d * (k - 1) + 1 for d, k in zip(dilations, kernel, strict=True)]
    padding = layer.config.get("padding", "valid")
    if padding == "valid":
        return (0,) * 2 * len(size)
    if padding == "causal":
        return (spans[0] - 1, 0)
    if padding != "same":
        raise UnsupportedError(f"layer {layer.name!r} pads by {padding!r}; valid, same and causal are known")
    total = [max((-(-n // s) - 1) * s + span - n, 0) for n, s, span in zip(size, strides, spans, strict=True)]
    return (*(t // 2 for t in total), *(t - t // 2 for t in total))


def _batch_normalization(b: GraphBuilder, layer: Layer, inputs: list[str], weights: list[Array]) -> str:
    shape, axis = b.shape(inputs[0]), layer.config.get("axis", -1)
    axis = axis[0] if isinstance(axis, list) else axis
    if axis not in (-1, len(shape) - 1):
        raise UnsupportedError(f"layer {layer.name!r} normalises axis {axis}; the last axis is what can be compiled")
    left = list(weights)
    gamma = left.pop(0) if layer.config.get("scale", True) else np.ones(shape[-1], np.float32)
    beta = left.pop(0) if layer.config.get("center", True) else np.zeros(shape[-1], np.float32)
    words = zip(("gamma", "beta", "mean", "variance"), (gamma, beta, *left), strict=True)
    names = [b.constant(f"{layer.name}_{word}", array) for word, array in words]
    epsilon = float(layer.config.get("epsilon", 1e-3))
    return b.add("BatchNormalization", [inputs[0], *names], layer.name, epsilon=epsilon, layout="last")


def _pool(op: str, rank: int) -> Build:
    def build(b: GraphBuilder, layer: Layer, inputs: list[str], weights: list[Array]) -> str:
        window = _whole(layer.config["pool_size"], rank)
        strides = _whole(layer.config.get("strides") or window, rank)
        pads = _pads(layer, b.shape(inputs[0])[1:-1], window, strides, (1,) * rank)
        return b.add(op, inputs, layer.name, kernel_shape=window, strides=strides, pads=pads, layout="last")

    return build


def _dense(b: GraphBuilder, layer: Layer, inputs: list[str], weights: list[Array]) -> str:
    y = b.add("MatMul", [inputs[0], b.constant(f"{layer.name}_kernel", weights[0])], layer.name)
    return _finish(b, layer, y, weights[1:])


def _flatten(b: GraphBuilder, layer: Layer, inputs: list[str], weights: list[Array]) -> str:
    return b.add("Reshape", inputs, layer.name, shape=(1, -1))


def _reshape(b: GraphBuilder, layer: Layer, inputs: list[str], weights: list[Array]) -> str:
    return b.add("Reshape", inputs, layer.name, shape=(1, *(int(n) for n in layer.config["target_shape"])))


def _permute(b: GraphBuilder, layer: Layer, inputs: list[str], weights: list[Array]) -> str:
    return b.add("Transpose", inputs, layer.name, perm=(0, *(int(n) for n in layer.config["dims"])))


def _same(b: GraphBuilder, layer: Layer, inputs: list[str], weights: list[Array]) -> str:
    return inputs[0]


def _activation(b: GraphBuilder, layer: Layer, inputs: list[str], weights: list[Array]) -> str:
    return _activate(b, layer, inputs[0], layer.config["activation"])


def _relu(b: GraphBuilder, layer: Layer, inputs: list[str], weights: list[Array]) -> str:
    c = layer.config
    if float(np.ravel(c.get("negative_slope") or 0)[0]) or float(np.ravel(c.get("threshold") or 0)[0]):
        raise UnsupportedError(f"layer {layer.name!r}: a ReLU with a slope or a threshold is not compiled")
    if c.get("max_value") is None:
        return b.add("Relu", inputs, layer.name)
    high = b.constant(f"{layer.name}_high", np.array(np.ravel(c["max_value"])[0], np.float32))
    return b.add("Clip", [inputs[0], b.constant(f"{layer.name}_low", np.zeros((), np.float32)), high], layer.name)


def _softmax(b: GraphBuilder, layer: Layer, inputs: list[str], weights: list[Array]) -> str:
    axis = layer.config.get("axis", -1)
    return b.add("Softmax", inputs, layer.name, axis=int(axis[0] if isinstance(axis, list) else axis))


def _merge(op: str) -> Build:
    def build(b: GraphBuilder, layer: Layer, inputs: list[str], weights: list[Array]) -> str:
        y = inputs[0]
        for i, other in enumerate(inputs[1:]):
            y = b.add(op, [y, other], layer.name if i == len(inputs) - 2 else f"{layer.name}_{i}")
        return y

    return build


ACTIVATIONS = {"relu": "Relu", "sigmoid": "Sigmoid", "softmax": "Softmax", "tanh": "Tanh"}


def _activate(b: GraphBuilder, layer: Layer, y: str, activation: Any) -> str:
    if isinstance(activation, dict):
        activation = (
            activation.get("config") if isinstance(activation.get("config"), str) else activation.get("class_name")
        )
    if activation in (None, "linear"):
        return y
    if activation not in ACTIVATIONS:
        raise UnsupportedError(
            f"layer {layer.name!r} has the activation {activation!r}, "
            f"which the compiler lacks{nearest(str(activation), ACTIVATIONS)}; "
            f"it has linear, {', '.join(ACTIVATIONS)}"
        )
    return b.add(ACTIVATIONS[activation], [y], f"{layer.name}_{activation}")


LAYERS: dict[str, Build] = {
    "Activation": _activation,
    "Add": _merge("Add"),
    "AveragePooling1D": _pool("AveragePool", 1),
    "AveragePooling2D": _pool("AveragePool", 2),
    "BatchNormalization": _batch_normalization,
    "Conv1D": _conv,
    "Conv2D": _conv,
    "Dense": _dense,
    "DepthwiseConv1D": _depthwise,
    "DepthwiseConv2D": _depthwise,
    "Flatten": _flatten,
    "InputLayer": _input,
    "MaxPooling1D": _pool("MaxPool", 1),
    "MaxPooling2D": _pool("MaxPool", 2),
    "Multiply": _merge("Mul"),
    "Permute": _permute,
    "ReLU": _relu,
    "Reshape": _reshape,
    "SeparableConv1D": _separable,
    "SeparableConv2D": _separable,
    "Softmax": _softmax,
    **dict.fromkeys(("ActivityRegularization", "AlphaDropout", "Dropout", "GaussianDropout", "GaussianNoise"), _same),
    **dict.fromkeys(("SpatialDropout1D", "SpatialDropout2D"), _same),
}
