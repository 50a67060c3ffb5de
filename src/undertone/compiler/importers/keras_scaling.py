"""Layers of Keras that shift and scale: by running statistics, by an input's own, by settings."""

from __future__ import annotations

import numpy as np

from undertone.compiler.graph import Array
from undertone.compiler.importers.builder import GraphBuilder
from undertone.compiler.importers.keras_layer import Build, Layer, axes_of, scalar


def _batch(b: GraphBuilder, layer: Layer, inputs: list[str], weights: list[Array]) -> str:
    shape = b.shape(inputs[0])
    axes = axes_of(layer, len(shape))
    if axes != (len(shape) - 1,):
        raise layer.refuse(f"normalises axis {axes}; the last axis is what can be compiled")
    left = list(weights)
    gamma = left.pop(0) if layer.config.get("scale", True) else np.ones(shape[-1], np.float32)
    beta = left.pop(0) if layer.config.get("center", True) else np.zeros(shape[-1], np.float32)
    words = zip(("gamma", "beta", "mean", "variance"), (gamma, beta, *left), strict=True)
    names = [b.constant(f"{layer.name}_{word}", array) for word, array in words]
    epsilon = float(layer.config.get("epsilon", 1e-3))
    return b.add("BatchNormalization", [inputs[0], *names], layer.name, epsilon=epsilon, layout="last")


def _over(b: GraphBuilder, layer: Layer, x: str, axes: tuple[int, ...], *, centred: bool) -> str:
    """Take the mean away, unless it is to stay, and divide by the root of the mean square."""
    if centred:
        mean = b.add("ReduceMean", [x], f"{layer.name}_mean", axes=axes, keepdims=1)
        x = b.add("Sub", [x, mean], f"{layer.name}_centred")
    square = b.add("ReduceMean", [b.add("Mul", [x, x], f"{layer.name}_square")], f"{layer.name}_power", axes=axes)
    epsilon = scalar(b, f"{layer.name}_epsilon", float(layer.config.get("epsilon", 1e-3)))
    root = b.add("Sqrt", [b.add("Add", [square, epsilon], f"{layer.name}_lifted")], f"{layer.name}_root")
    return b.add("Div", [x, root], f"{layer.name}_normal")


def _scaled(b: GraphBuilder, layer: Layer, y: str, weights: list[Array], axes: tuple[int, ...]) -> str:
    """Apply gamma and beta, as far as the layer has them, along the axes that they were made for."""
    shape, left = b.shape(y), list(weights)
    wide = tuple(n if i in axes else 1 for i, n in enumerate(shape))
    for word, setting, op in (("gamma", "scale", "Mul"), ("beta", "center", "Add")):
        if left and layer.config.get(setting, True):
            y = b.add(op, [y, b.constant(f"{layer.name}_{word}", left.pop(0).reshape(wide))], f"{layer.name}_{word}ed")
    return y


def _layer(b: GraphBuilder, layer: Layer, inputs: list[str], weights: list[Array]) -> str:
    axes = axes_of(layer, len(b.shape(inputs[0])))
    if layer.config.get("rms_scaling"):
        raise layer.refuse("uses rms_scaling, which is not compiled; use RMSNormalization")
    y = _over(b, layer, inputs[0], axes, centred=True)
    return _scaled(b, layer, y, weights, axes)


def _root_mean_square(b: GraphBuilder, layer: Layer, inputs: list[str], weights: list[Array]) -> str:
    axes = axes_of(layer, len(b.shape(inputs[0])))
    y = _over(b, layer, inputs[0], axes, centred=False)
    return _scaled(b, layer, y, weights[:1], axes)


def _group(b: GraphBuilder, layer: Layer, inputs: list[str], weights: list[Array]) -> str:
    shape = b.shape(inputs[0])
    groups, last = int(layer.config["groups"]), shape[-1]
    groups = last if groups == -1 else groups
    if axes_of(layer, len(shape)) != (len(shape) - 1,) or groups < 1 or last % groups:
        raise layer.refuse(f"has {groups} groups of {last} channels on axis {layer.config.get('axis')}")
    split = b.add("Reshape", inputs, f"{layer.name}_groups", shape=(*shape[:-1], groups, last // groups))
    y = _over(b, layer, split, (*range(1, len(shape) - 1), len(shape)), centred=True)
    return _scaled(b, layer, b.add("Reshape", [y], f"{layer.name}_whole", shape=shape), weights, (len(shape) - 1,))


def _normalization(b: GraphBuilder, layer: Layer, inputs: list[str], weights: list[Array]) -> str:
    """(x - mean) / max(sqrt(variance), 1e-7), by adapted weights or by settings."""
    if layer.config.get("invert"):
        raise layer.refuse("is inverted, which is not compiled")
    if layer.config.get("mean") is not None:
        mean, variance = (np.asarray(layer.config[w], np.float32) for w in ("mean", "variance"))
    else:
        mean, variance = weights[0], weights[1]
    rank = len(b.shape(inputs[0]))
    axes = () if layer.config.get("axis", -1) is None else axes_of(layer, rank)
    wide = tuple(n if i in axes else 1 for i, n in enumerate(b.shape(inputs[0])))
    if mean.ndim != rank:
        mean, variance = (np.broadcast_to(a.reshape(-1), (int(np.prod(wide)),)).reshape(wide) for a in (mean, variance))
    root = np.maximum(np.sqrt(variance), np.float32(1e-7))
    y = b.add("Sub", [inputs[0], b.constant(f"{layer.name}_mean", np.ascontiguousarray(mean))], f"{layer.name}_centred")
    return b.add("Div", [y, b.constant(f"{layer.name}_root", np.ascontiguousarray(root))], layer.name)


def _rescaling(b: GraphBuilder, layer: Layer, inputs: list[str], weights: list[Array]) -> str:
    y = inputs[0]
    for op, setting in (("Mul", "scale"), ("Add", "offset")):
        number = np.asarray(layer.config[setting], np.float32)
        y = b.add(op, [y, b.constant(f"{layer.name}_{setting}", number)], f"{layer.name}_{setting}d")
    return y


def _unit(b: GraphBuilder, layer: Layer, inputs: list[str], weights: list[Array]) -> str:
    """Divide by the root of the sum of squares, which counts as 1e-12 at least."""
    axes = axes_of(layer, len(b.shape(inputs[0])))
    square = b.add("Mul", [inputs[0], inputs[0]], f"{layer.name}_square")
    power = b.add("ReduceSum", [square], f"{layer.name}_power", axes=axes, keepdims=1)
    least = b.add("Max", [power, scalar(b, f"{layer.name}_least", 1e-12)], f"{layer.name}_lifted")
    return b.add("Div", [inputs[0], b.add("Sqrt", [least], f"{layer.name}_root")], layer.name)


LAYERS: dict[str, Build] = {
    "BatchNormalization": _batch,
    "GroupNormalization": _group,
    "LayerNormalization": _layer,
    "Normalization": _normalization,
    "RMSNormalization": _root_mean_square,
    "Rescaling": _rescaling,
    "UnitNormalization": _unit,
}
