"""Activations of Keras, as a setting of a layer and as layers of their own."""

from __future__ import annotations

from typing import Any

import numpy as np

from undertone.compiler.graph import Array, Attribute
from undertone.compiler.importers.builder import GraphBuilder
from undertone.compiler.importers.keras_layer import Build, Layer, axes_of, scalar
from undertone.errors import UnsupportedError, nearest

# Keras' name -> operator and attributes.
ACTIVATIONS: dict[str, tuple[str, dict[str, Attribute]]] = {
    "celu": ("Celu", {}),
    "elu": ("Elu", {}),
    "exponential": ("Exp", {}),
    "gelu": ("Gelu", {}),
    "hard_sigmoid": ("HardSigmoid", {"alpha": 1 / 6, "beta": 0.5}),
    "hard_silu": ("HardSwish", {}),
    "hard_swish": ("HardSwish", {}),
    "leaky_relu": ("LeakyRelu", {"alpha": 0.2}),
    "log_softmax": ("LogSoftmax", {}),
    "mish": ("Mish", {}),
    "relu": ("Relu", {}),
    "selu": ("Selu", {}),
    "sigmoid": ("Sigmoid", {}),
    "silu": ("Swish", {}),
    "softmax": ("Softmax", {}),
    "softplus": ("Softplus", {}),
    "softsign": ("Softsign", {}),
    "swish": ("Swish", {}),
    "tanh": ("Tanh", {}),
}


def activation_name(layer: Layer, value: Any) -> str:
    """Read an activation as either version of Keras writes it: a name, or the class of a serialised object."""
    if isinstance(value, dict):
        value = value.get("config") if isinstance(value.get("config"), str) else value.get("class_name")
    return "linear" if value is None else str(value).lower() if isinstance(value, str) else repr(value)


def activate(b: GraphBuilder, layer: Layer, y: str, value: Any) -> str:
    """Add an activation after a layer.

    Raises
    ------
    UnsupportedError
        We lack it.
    """
    name = activation_name(layer, value)
    if name == "linear":
        return y
    if name == "relu6":
        return _between(b, layer, y, 6.0)
    if name not in ACTIVATIONS:
        raise UnsupportedError(
            f"layer {layer.name!r} has the activation {name!r}, which the compiler lacks{nearest(name, ACTIVATIONS)}; "
            f"it has linear, relu6, {', '.join(ACTIVATIONS)}"
        )
    op, attributes = ACTIVATIONS[name]
    if name == "hard_sigmoid" and layer.keras < 3:  # Keras 2: clip(0.2 x + 0.5); Keras 3: relu6(x + 3) / 6
        attributes = {"alpha": 0.2, "beta": 0.5}
    return b.add(op, [y], f"{layer.name}_{name}", **attributes)


def _between(b: GraphBuilder, layer: Layer, y: str, high: float) -> str:
    return b.add("Clip", [y, scalar(b, f"{layer.name}_low", 0), scalar(b, f"{layer.name}_high", high)], layer.name)


def _activation(b: GraphBuilder, layer: Layer, inputs: list[str], weights: list[Array]) -> str:
    return activate(b, layer, inputs[0], layer.config["activation"])


def _number(layer: Layer, default: float, *names: str) -> float:
    """Read a setting by the first of its names that is given; Keras 2 wrote numbers as arrays of one."""
    value = next((layer.config[n] for n in names if layer.config.get(n) is not None), default)
    if isinstance(value, dict):
        value = value["config"]["value"]
    return float(np.ravel(value)[0])


def _relu(b: GraphBuilder, layer: Layer, inputs: list[str], weights: list[Array]) -> str:
    slope, threshold = _number(layer, 0.0, "negative_slope"), _number(layer, 0.0, "threshold")
    if threshold or (slope and layer.config.get("max_value") is not None):
        raise layer.refuse("has a threshold, or a slope and a largest value, which is not compiled; use a plain ReLU")
    if layer.config.get("max_value") is not None:
        return _between(b, layer, inputs[0], _number(layer, 0.0, "max_value"))
    return b.add("LeakyRelu", inputs, layer.name, alpha=slope) if slope else b.add("Relu", inputs, layer.name)


def _leaky(b: GraphBuilder, layer: Layer, inputs: list[str], weights: list[Array]) -> str:
    return b.add("LeakyRelu", inputs, layer.name, alpha=_number(layer, 0.3, "negative_slope", "alpha"))


def _elu(b: GraphBuilder, layer: Layer, inputs: list[str], weights: list[Array]) -> str:
    return b.add("Elu", inputs, layer.name, alpha=_number(layer, 1.0, "alpha"))


def _thresholded(b: GraphBuilder, layer: Layer, inputs: list[str], weights: list[Array]) -> str:
    return b.add("ThresholdedRelu", inputs, layer.name, alpha=_number(layer, 1.0, "theta"))


def _prelu(b: GraphBuilder, layer: Layer, inputs: list[str], weights: list[Array]) -> str:
    return b.add("PRelu", [inputs[0], b.constant(f"{layer.name}_slopes", weights[0])], layer.name)


def _softmax(b: GraphBuilder, layer: Layer, inputs: list[str], weights: list[Array]) -> str:
    axes = axes_of(layer, len(b.shape(inputs[0])))
    if len(axes) > 1 or len(inputs) > 1:
        raise layer.refuse("runs over several axes or under a mask, which is not compiled; use one axis and no mask")
    return b.add("Softmax", inputs, layer.name, axis=axes[0])


LAYERS: dict[str, Build] = {
    "Activation": _activation,
    "ELU": _elu,
    "LeakyReLU": _leaky,
    "PReLU": _prelu,
    "ReLU": _relu,
    "Softmax": _softmax,
    "ThresholdedReLU": _thresholded,
}
