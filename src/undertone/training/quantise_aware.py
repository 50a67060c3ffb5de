"""Fine-tune a trained network so that it answers in 8 bits as it answers in float32.

On the way forward weights and values are rounded as `compile --dtype s8` rounds them: kernels to 255 steps, one step an
output channel; what is computed to bytes (`undertone.training.rounding`). On the way back rounding counts as if it were
not there (straight-through), but for values beyond the ranges. The network itself, unrounded, is the teacher: what is
learnt are its answers to the training rows, so no label is looked at. Batch normalisations keep their numbers and
dropout is off, because the compiled network has neither.

Jacob et al., Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only Inference, CVPR 2018.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from undertone.errors import TrainingError
from undertone.models.backend import load_keras
from undertone.training.files import whole
from undertone.training.predict import as_input, load, predict, save
from undertone.training.rounding import PRODUCTS, Floats, Ranges, rounding_copy
from undertone.training.seeding import seeded

EPOCHS, RATE, BATCH = 4, 1e-4, 64
MOST_RANGE_ROWS, MOST_JUDGES = 192, 2000
RANGE_VALUES = 640_000  # of the inputs whose values give the ranges: 32 sequences of 288 frames, all vectors


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
        Written whole. Where fine-tuning brings nothing, or moves the answers in float32 farther than rounding moves
        them, the network is written as it was.
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
    most = max(1, min(MOST_RANGE_ROWS, RANGE_VALUES // rows[0].size))
    with seeded(seed):
        student = rounding_copy(keras, teacher, rows[:: -(-len(rows) // most)], ranges)
        student.compile(optimizer=keras.optimizers.Adam(rate), loss="kl_divergence")
    before, after = _learn(student, rows, answers, epochs, seed)
    plain = teacher.get_weights()
    if after < before:
        _take(teacher, student)
        if _difference(teacher, rows, answers) > before:  # it is answered with in float32 too
            teacher.set_weights(plain)
            after = before
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
        if type(layer).__name__ in PRODUCTS:
            weights[0] = np.asarray(learnt.kernel)
        layer.set_weights(weights)


def _difference(model: Any, rows: Floats, answers: Floats) -> float:
    return float(np.abs(predict(model, rows) - answers).mean())
