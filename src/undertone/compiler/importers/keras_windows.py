"""Layers of Keras that look along time or space: convolutions, pools, padding, cropping, upsampling."""

from __future__ import annotations

import numpy as np

from undertone.compiler.graph import Array
from undertone.compiler.importers.builder import GraphBuilder
from undertone.compiler.importers.keras_activations import activate
from undertone.compiler.importers.keras_layer import Build, Layer, pairs, whole


def _conv(b: GraphBuilder, layer: Layer, inputs: list[str], weights: list[Array]) -> str:
    kernel = weights[0]
    y = _slide(b, layer, inputs[0], kernel, int(layer.config.get("groups", 1)), layer.name)
    return finish(b, layer, y, weights[1:])


def _depthwise(b: GraphBuilder, layer: Layer, inputs: list[str], weights: list[Array]) -> str:
    kernel = weights[0].reshape(*weights[0].shape[:-2], 1, -1)
    y = _slide(b, layer, inputs[0], kernel, b.shape(inputs[0])[-1], layer.name)
    return finish(b, layer, y, weights[1:])


def _separable(b: GraphBuilder, layer: Layer, inputs: list[str], weights: list[Array]) -> str:
    depth = weights[0].reshape(*weights[0].shape[:-2], 1, -1)
    y = _slide(b, layer, inputs[0], depth, b.shape(inputs[0])[-1], f"{layer.name}_depthwise")
    y = b.add("Conv", [y, b.constant(f"{layer.name}_pointwise", weights[1])], layer.name, layout="last")
    return finish(b, layer, y, weights[2:])


def _slide(b: GraphBuilder, layer: Layer, x: str, kernel: Array, group: int, name: str) -> str:
    rank = kernel.ndim - 2
    strides = whole(layer.config["strides"], rank)
    dilations = whole(layer.config.get("dilation_rate", 1), rank)
    pads = _pads(layer, b.shape(x)[1:-1], kernel.shape[:-2], strides, dilations)
    names = [x, b.constant(f"{name}_kernel", kernel)]
    return b.add("Conv", names, name, strides=strides, dilations=dilations, pads=pads, group=group, layout="last")


def _transposed(b: GraphBuilder, layer: Layer, inputs: list[str], weights: list[Array]) -> str:
    """Conv1DTranspose, Conv2DTranspose: "same" gives steps times the stride, the odd one cut at the end."""
    kernel = np.ascontiguousarray(np.moveaxis(weights[0], (-1, -2), (0, 1)))  # (in, out, *window)
    rank = kernel.ndim - 2
    window, strides = kernel.shape[2:], whole(layer.config["strides"], rank)
    padding = layer.config.get("padding", "valid")
    asked, dilations = layer.config.get("output_padding"), whole(layer.config.get("dilation_rate", 1), rank)
    unset = asked is None or all(v is None for v in np.ravel(np.array(asked, object)))
    if padding not in ("same", "valid") or set(dilations) != {1} or not unset:
        raise layer.refuse("is dilated or has an output padding, which is not compiled; leave them at their defaults")
    cut = [max(k - s, 0) if padding == "same" else 0 for k, s in zip(window, strides, strict=True)]
    more = tuple(max(s - k, 0) for k, s in zip(window, strides, strict=True))
    pads = (*(c // 2 for c in cut), *(c - c // 2 for c in cut))
    first = b.add("Transpose", inputs, f"{layer.name}_first", perm=(0, rank + 1, *range(1, rank + 1)))
    names = [first, b.constant(f"{layer.name}_kernel", kernel)]
    y = b.add("ConvTranspose", names, f"{layer.name}_spread", strides=strides, pads=pads, output_padding=more)
    y = b.add("Transpose", [y], layer.name, perm=(0, *range(2, rank + 2), 1))
    return finish(b, layer, y, weights[1:])


def finish(b: GraphBuilder, layer: Layer, y: str, rest: list[Array]) -> str:
    """Add a layer's bias, if it has one, and its activation."""
    if layer.config.get("use_bias", True):
        y = b.add("Add", [y, b.constant(f"{layer.name}_bias", rest[0])], f"{layer.name}_biased")
    return activate(b, layer, y, layer.config.get("activation", "linear"))


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
        raise layer.refuse(f"pads by {padding!r}; valid, same and causal are known")
    total = [max((-(-n // s) - 1) * s + span - n, 0) for n, s, span in zip(size, strides, spans, strict=True)]
    return (*(t // 2 for t in total), *(t - t // 2 for t in total))


def _pool(op: str, rank: int) -> Build:
    def build(b: GraphBuilder, layer: Layer, inputs: list[str], weights: list[Array]) -> str:
        window = whole(layer.config["pool_size"], rank)
        strides = whole(layer.config.get("strides") or window, rank)
        pads = _pads(layer, b.shape(inputs[0])[1:-1], window, strides, (1,) * rank)
        return b.add(op, inputs, layer.name, kernel_shape=window, strides=strides, pads=pads, layout="last")

    return build


def _global_pool(op: str) -> Build:
    def build(b: GraphBuilder, layer: Layer, inputs: list[str], weights: list[Array]) -> str:
        y = b.add(op, inputs, layer.name, layout="last")
        shape = b.shape(y)
        return y if layer.config.get("keepdims") else b.add("Reshape", [y], layer.name, shape=(shape[0], shape[-1]))

    return build


def _zeros(rank: int) -> Build:
    def build(b: GraphBuilder, layer: Layer, inputs: list[str], weights: list[Array]) -> str:
        ends = pairs(layer.config["padding"], rank)
        pads = (0, *(p for p, _ in ends), 0, 0, *(q for _, q in ends), 0)
        return b.add("Pad", inputs, layer.name, pads=pads)

    return build


def _crop(rank: int) -> Build:
    def build(b: GraphBuilder, layer: Layer, inputs: list[str], weights: list[Array]) -> str:
        cut, size = pairs(layer.config["cropping"], rank), b.shape(inputs[0])[1:-1]
        starts, ends = tuple(p for p, _ in cut), tuple(n - q for n, (_, q) in zip(size, cut, strict=True))
        return b.add("Slice", inputs, layer.name, starts=starts, ends=ends, axes=tuple(range(1, rank + 1)))

    return build


def _upsample(rank: int) -> Build:
    def build(b: GraphBuilder, layer: Layer, inputs: list[str], weights: list[Array]) -> str:
        scales = (1.0, *(float(s) for s in whole(layer.config["size"], rank)), 1.0)
        kind = layer.config.get("interpolation", "nearest")
        if kind == "nearest":
            settings = {"coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}
        elif kind == "bilinear":
            settings = {"coordinate_transformation_mode": "half_pixel"}
        else:
            raise layer.refuse(f"interpolates by {kind!r}; nearest and bilinear are compiled")
        mode = "nearest" if kind == "nearest" else "linear"
        return b.add("Resize", inputs, layer.name, scales=scales, mode=mode, **settings)

    return build


LAYERS: dict[str, Build] = {
    "AveragePooling1D": _pool("AveragePool", 1),
    "AveragePooling2D": _pool("AveragePool", 2),
    "Conv1D": _conv,
    "Conv1DTranspose": _transposed,
    "Conv2D": _conv,
    "Conv2DTranspose": _transposed,
    "Cropping1D": _crop(1),
    "Cropping2D": _crop(2),
    "DepthwiseConv1D": _depthwise,
    "DepthwiseConv2D": _depthwise,
    "GlobalAveragePooling1D": _global_pool("GlobalAveragePool"),
    "GlobalAveragePooling2D": _global_pool("GlobalAveragePool"),
    "GlobalMaxPooling1D": _global_pool("GlobalMaxPool"),
    "GlobalMaxPooling2D": _global_pool("GlobalMaxPool"),
    "MaxPooling1D": _pool("MaxPool", 1),
    "MaxPooling2D": _pool("MaxPool", 2),
    "SeparableConv1D": _separable,
    "SeparableConv2D": _separable,
    "UpSampling1D": _upsample(1),
    "UpSampling2D": _upsample(2),
    "ZeroPadding1D": _zeros(1),
    "ZeroPadding2D": _zeros(2),
}
