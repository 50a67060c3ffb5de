"""Fine-tune a trained network so that it answers in 8 bits as it answers in float32.

On the way forward weights and values are rounded as `compile --dtype s8` rounds them: kernels to 255 steps, one step an
output channel; what activations and pools give to bytes. On the way back rounding counts as if it were not there
(straight-through), but for values beyond the ranges. The network itself, unrounded, is the teacher: what is learnt are
its answers to the training rows, so no label is looked at. Batch normalisations keep their numbers and dropout is off,
because the compiled network has neither.

Jacob et al., Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only Inference, CVPR 2018.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from undertone.errors import TrainingError
from undertone.models.backend import load_keras
from undertone.training.files import whole
from undertone.training.predict import as_input, load, predict, save
from undertone.training.seeding import seeded

EPOCHS, RATE, BATCH = 4, 1e-4, 64
MOST_RANGE_ROWS, MOST_JUDGES = 192, 2000
INPUT_PARTS = 4  # the compiler reads an input of one channel in steps so much smaller
ROUNDED = ("Conv1D", "Conv2D", "Dense")
PASSING = ("Dropout", "MaxPooling1D", "MaxPooling2D")
Floats = NDArray[np.float32]
#: Values of a tensor to the step between two bytes and the byte that stands for 0.
Ranges = Callable[[Floats], tuple[float, int]]


def fine_tune(
    checkpoint: Path,
    x: Floats,
    *,
    out: Path,
    ranges: Ranges,
    epochs: int = EPOCHS,
    rate: float = RATE,
    seed: int = 0,
) -> tuple[float, float]:
    """Write a network to ``out`` whose rounded answers are nearer to those of the network in ``checkpoint``.

    Parameters
    ----------
    checkpoint : Path
        A network in Keras's format that ends in a softmax.
    x : ndarray of float32, shape (n, ...)
        Training examples, scaled as the network takes them.
    out : Path
        Written whole. Where fine-tuning brings nothing, the network is written as it was.
    ranges : callable
        Chooses the step and the zero byte from a tensor's values, as the compiler does.
    epochs, rate, seed
        Of the schedule: passes over ``x``, Adam's learning rate, the order of the examples.

    Returns
    -------
    tuple of float
        Mean difference of a score to the teacher's, rounded on the way, before and after.

    Raises
    ------
    NotFoundError, TrainingError
        No checkpoint, no examples, or a loss that is not finite.
    """
    if not len(x):
        raise TrainingError("quantise-aware: fine-tuning needs at least one example")
    keras = load_keras()
    teacher = load(checkpoint)
    rows, answers = as_input(teacher, x), predict(teacher, x)
    with seeded(seed):
        student = _rounding(keras, teacher, rows[:: -(-len(rows) // MOST_RANGE_ROWS)], ranges)
        student.compile(optimizer=keras.optimizers.Adam(rate), loss="kl_divergence")
    before, after = _learn(student, rows, answers, epochs, seed)
    if after < before:
        _take(teacher, student)
    with whole(out) as draft:
        save(teacher, draft)
    return before, after


def _learn(student: Any, rows: Floats, answers: Floats, epochs: int, seed: int) -> tuple[float, float]:
    """Go on from epoch to epoch and back to the best; return the differences at the start and of the best."""
    size, judges = min(BATCH, len(rows)), slice(None, None, -(-len(rows) // MOST_JUDGES))
    before = least = _difference(student, rows[judges], answers[judges])
    best = student.get_weights()
    for epoch in range(epochs):
        order = np.random.default_rng([seed, epoch]).permutation(len(rows))
        for batch in np.resize(order, (-(-len(rows) // size), size)):
            loss = float(student.train_on_batch(rows[batch], answers[batch]))
            if not np.isfinite(loss):
                raise TrainingError(f"quantise-aware: the loss of epoch {epoch + 1} is {loss}; leave the option out")
        found = _difference(student, rows[judges], answers[judges])
        if found < least:
            least, best = found, student.get_weights()
    student.set_weights(best)
    return before, least


def _take(teacher: Any, student: Any) -> None:
    """Give the teacher what the student learnt, kernels rounded: the compiler then finds nothing to round."""
    for layer in teacher.layers:
        learnt = student.get_layer(layer.name)
        weights = learnt.get_weights()
        if type(layer).__name__ in ROUNDED:
            weights[0] = np.asarray(learnt.kernel)
        layer.set_weights(weights)


def _difference(model: Any, rows: Floats, answers: Floats) -> float:
    return float(np.abs(predict(model, rows) - answers).mean())


def _rounding(keras: Any, teacher: Any, rows: Floats, ranges: Ranges) -> Any:
    """Return a copy of the network that rounds on its way; its layers have the names of the teacher's."""
    fake, whole_kernels = _fake_bytes(keras), _whole_kernels(keras)
    (given,) = teacher.inputs
    ends = _ends(teacher)
    probe = keras.Model(teacher.inputs, [layer.output for layer in ends])
    values = dict(zip((e.name for e in ends), _listed(probe.predict_on_batch(rows)), strict=True))
    rounders = {name: fake(*ranges(np.asarray(v)), 256) for name, v in values.items()}
    parts = INPUT_PARTS if given.shape[-1] == 1 else 1
    step, zero = ranges(rows)
    first = fake(step / parts, zero * parts, 256 * parts)

    def copied(layer: Any) -> Any:
        settings = layer.get_config()
        if "rate" in settings and type(layer).__name__.endswith("Dropout"):
            settings["rate"] = 0.0
        made = whole_kernels(type(layer)) if type(layer).__name__ in ROUNDED else type(layer)
        copy = made.from_config(settings)
        copy.trainable = layer.trainable and not isinstance(layer, keras.layers.BatchNormalization)
        return copy

    readers = {layer.name for layer in teacher.layers if getattr(layer, "input", None) is given}

    def called(layer: Any, *inputs: Any, **options: Any) -> Any:
        y = layer(*(first(i) for i in inputs) if layer.name in readers else inputs, **options)
        return rounders[layer.name](y) if layer.name in rounders else y

    plain = keras.Model(teacher.inputs, teacher.outputs)
    student = keras.models.clone_model(plain, clone_function=copied, call_function=called)
    for layer in teacher.layers:
        student.get_layer(layer.name).set_weights(layer.get_weights())
    return student


def _ends(model: Any) -> list[Any]:
    """Return the layers whose results are bytes: activations, or the pool that follows one."""
    found = []
    for place, layer in enumerate(model.layers[:-1]):
        name = getattr(getattr(layer, "activation", None), "__name__", "linear")
        if name in ("linear", "softmax") and type(layer).__name__ != "ReLU":
            continue
        end = layer
        for after in model.layers[place + 1 :]:
            if type(after).__name__ not in PASSING or after.input is not end.output:
                break
            end = after
        found.append(end)
    return found


def _listed(values: Any) -> list[Any]:
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
