"""A copy of a network that rounds on its way as `compile --dtype s8` does, for fine-tuning.

Which results are bytes is found as the compiler finds it (`undertone.compiler.passes.quantise`). Convolutions and dense
layers read bytes; they give bytes, after the normalisation and the activation that are one with them, where there is an
activation or where another of them, or a pool, is reached. What adds, multiplies, joins or averages gives bytes where
it gets bytes; what only moves values keeps them. The rest is float32. The input is rounded where a layer first
computes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
#: Values of a tensor to the step between two bytes and the byte that stands for 0.
Ranges = Callable[[Floats], tuple[float, int]]

INPUT_PARTS = 4  # the compiler reads an input of one channel in steps so much smaller
PRODUCTS = ("Conv1D", "Conv2D", "Dense")
MOVERS = ("Cropping1D", "Cropping2D", "Dropout", "Flatten", "MaxPooling1D", "MaxPooling2D", "Permute", "Reshape")
POOLS = ("AveragePooling1D", "AveragePooling2D", "GlobalAveragePooling1D", "GlobalAveragePooling2D")
LIGHT = (*POOLS, "Add", "Concatenate", "Multiply", "Subtract")
FOLLOWING = ("Dropout", "MaxPooling1D", "MaxPooling2D")  # with an activation before it, one operator of the compiler


def rounding_copy(keras: Any, teacher: Any, rows: Floats, ranges: Ranges) -> Any:
    """Return a copy of a network that rounds on its way; its layers have the names of the teacher's.

    Parameters
    ----------
    keras : module
    teacher : keras.Model
        One input, one softmax at its end. Its batch normalisations keep their numbers in the copy, and dropout is off.
    rows : ndarray of float32
        Inputs from which the ranges are taken.
    ranges : callable
        Chooses the step and the zero byte from a tensor's values, as the compiler does.
    """
    fake, whole_kernels, unit = _fake_bytes(keras), _whole_kernels(keras), _unit(keras)
    (given,) = teacher.inputs
    names = rounded(teacher)
    ends = [layer for layer in teacher.layers if layer.name in names]
    probe = keras.Model(teacher.inputs, [layer.output for layer in ends])
    values = dict(zip((e.name for e in ends), listed(probe.predict_on_batch(rows)), strict=True)) if ends else {}
    rounders = {name: fake(*ranges(np.asarray(v)), 256) for name, v in values.items()}
    parts = INPUT_PARTS if given.shape[-1] == 1 else 1
    step, zero = ranges(rows)
    first = fake(step / parts, zero * parts, 256 * parts)

    def copied(layer: Any) -> Any:
        settings = layer.get_config()
        if "rate" in settings and type(layer).__name__.endswith("Dropout"):
            settings["rate"] = 0.0
        made = whole_kernels(type(layer)) if type(layer).__name__ in PRODUCTS else type(layer)
        made = unit if type(layer).__name__ == "UnitNormalization" else made
        copy = made.from_config(settings)
        copy.trainable = layer.trainable and not isinstance(layer, keras.layers.BatchNormalization)
        return copy

    readers = {
        layer.name
        for layer in teacher.layers
        if getattr(layer, "input", None) is given and type(layer).__name__ in PRODUCTS
    }

    def called(layer: Any, *inputs: Any, **options: Any) -> Any:
        y = layer(*(first(i) for i in inputs) if layer.name in readers else inputs, **options)
        return rounders[layer.name](y) if layer.name in rounders else y

    plain = keras.Model(teacher.inputs, teacher.outputs)
    student = keras.models.clone_model(plain, clone_function=copied, call_function=called)
    for layer in teacher.layers:
        student.get_layer(layer.name).set_weights(layer.get_weights())
    return student


def rounded(model: Any) -> set[str]:
    """Return the names of the layers whose results are rounded to bytes."""
    layers = [layer for layer in model.layers if _kind(layer) != "InputLayer"]
    before = {layer.name: [t._keras_history.operation for t in listed(layer.input)] for layer in layers}
    after: dict[str, list[Any]] = {layer.name: [] for layer in layers}
    for layer in layers:
        for source in before[layer.name]:
            after.setdefault(source.name, []).append(layer)

    def wanted(layer: Any) -> bool:
        return any(
            _kind(n) in (*PRODUCTS, *POOLS)
            or (_kind(n) in (*MOVERS, *LIGHT, "BatchNormalization", "curve") and wanted(n))
            for n in after[layer.name]
        )

    state: dict[str, str] = {}
    found = set()
    for layer in layers:
        kind, readers = _kind(layer), after[layer.name]
        came = [state.get(source.name, "input") for source in before[layer.name]]
        if kind in MOVERS and came == ["input"]:
            gives = "input"
            if any(_kind(n) not in MOVERS for n in readers):
                found.add(layer.name)
        elif kind in MOVERS:
            gives = came[0]
        elif kind in PRODUCTS or (kind == "BatchNormalization" and came == ["sums"]):
            if came == ["float"]:
                found.add(before[layer.name][0].name)
            joins = not _curved(layer) and [_kind(n) for n in readers] in (["BatchNormalization"], ["curve"])
            in_bytes = (_curved(layer) and kind in PRODUCTS and bool(readers)) or wanted(layer)
            gives = "sums" if joins else "bytes" if in_bytes else "float"
        elif kind == "curve" or kind in LIGHT:
            gives = "bytes" if all(c in ("bytes", "sums") for c in came) else "float"
        else:
            gives = "float"
        state[layer.name] = gives
        if gives == "bytes" and kind not in MOVERS:
            found.add(_end(layer, after).name)
    return found


def _kind(layer: Any) -> str:
    """Return the type of a layer; "curve" is any function of one value, "softmax" none."""
    kind = type(layer).__name__
    if kind == "Activation":
        return "softmax" if layer.activation.__name__ == "softmax" else "curve"
    return "curve" if kind in ("ReLU", "LeakyReLU", "ELU") else kind


def _curved(layer: Any) -> bool:
    return getattr(getattr(layer, "activation", None), "__name__", "linear") != "linear"


def _end(layer: Any, after: dict[str, list[Any]]) -> Any:
    """Return the layer, or the pool that follows it at once."""
    while len(after[layer.name]) == 1 and type(after[layer.name][0]).__name__ in FOLLOWING:
        layer = after[layer.name][0]
    return layer


def listed(values: Any) -> list[Any]:
    """Return what Keras gives, one thing or several, as a list."""
    return list(values) if isinstance(values, list | tuple) else [values]


def _fake_bytes(keras: Any) -> Any:
    ops = keras.ops

    class FakeBytes(keras.layers.Layer):  # type: ignore[misc]
        """Values to the nearest of ``levels`` steps; the gradient passes inside of their range."""

        def __init__(self, step: float, zero: int, levels: int) -> None:
            super().__init__()
            self.step, self.low, self.high = step, -zero * step, (levels - 1 - zero) * step

        def call(self, x: Any) -> Any:
            inside = ops.clip(x, self.low, self.high)
            return inside + ops.stop_gradient(ops.round(inside / self.step) * self.step - inside)

    return FakeBytes


def _unit(keras: Any) -> Any:
    ops = keras.ops

    class Unit(keras.layers.UnitNormalization):  # type: ignore[misc]
        """Norms of 1, with a gradient of 0 where Keras's is not a number: rounding leaves whole rows of zeros."""

        def call(self, x: Any) -> Any:
            power = ops.sum(ops.square(x), axis=self.axis, keepdims=True)
            return x * ops.rsqrt(ops.maximum(power, 1e-24))

    return Unit


def _whole_kernels(keras: Any) -> Callable[[Any], Any]:
    ops = keras.ops

    def made(kind: Any) -> Any:
        class WholeKernel(kind):  # type: ignore[misc]
            """A layer whose kernel is rounded to 127 steps either way, one step an output channel."""

            @property
            def kernel(self) -> Any:
                kernel = super().kernel
                axes = tuple(range(len(kernel.shape) - 1))
                width = ops.stop_gradient(ops.maximum(ops.max(ops.abs(kernel), axis=axes) / 127.0, 1e-12))
                return kernel + ops.stop_gradient(ops.round(kernel / width) * width - kernel)

        return WholeKernel

    return made
