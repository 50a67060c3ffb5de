"""The steps of a training.

On JAX the weights stay on the device from step to step, and a step is still being computed while the batch of the next
is made. The numbers are those of Keras's ``train_on_batch``, which other backends are given.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from undertone.models.backend import load_keras

Floats = NDArray[np.float32]
#: Examples, their targets, and what each example counts (None: all the same).
Batch = tuple[Floats, Floats, Floats | None]


class Steps:
    """Takes batches into a model.

    Parameters
    ----------
    model : keras.Model
        Compiled for "categorical_crossentropy" and accuracy, with a built optimiser.
    after : callable, optional
        Given the weights after each step, in the order of ``model.get_weights()``; only to be read.
    """

    def __init__(self, model: Any, after: Callable[[Sequence[NDArray[Any]]], None] | None = None) -> None:
        self.model = model
        self.after = after
        self._step = _jax_step(model) if load_keras().backend.backend() == "jax" else None

    def learn(self, batches: Iterable[Batch]) -> Iterator[tuple[float, float]]:
        """Learn from batches, one step each; yield loss and accuracy of each step.

        The model holds what was learnt once the iterator has ended, not before.
        """
        return self._one_by_one(batches) if self._step is None else self._running_ahead(self._step, batches)

    def _one_by_one(self, batches: Iterable[Batch]) -> Iterator[tuple[float, float]]:
        for x, y, weights in batches:
            loss, share = self.model.train_on_batch(x, y, sample_weight=weights)
            if self.after is not None:
                self.after(self.model.get_weights())
            yield float(loss), float(share)

    def _running_ahead(self, step: Callable[..., Any], batches: Iterable[Batch]) -> Iterator[tuple[float, float]]:
        variables = _by_kind(self.model)
        state = tuple([variable.value for variable in kind] for kind in variables)
        before = None
        for batch in batches:
            results, state = step(state, *batch)
            if before is not None:
                yield self._settled(*before)
            before = results, state
        if before is not None:
            yield self._settled(*before)
        for kind, values in zip(variables, state, strict=True):
            for variable, value in zip(kind, values, strict=True):
                variable.assign(value)

    def _settled(self, results: Any, state: Any) -> tuple[float, float]:
        """Wait for a step and show its weights."""
        if self.after is not None:
            learnt, fixed, _ = _by_kind(self.model)
            values = {id(v): value for v, value in zip([*learnt, *fixed], [*state[0], *state[1]], strict=True)}
            self.after([np.asarray(values[id(weight)]) for weight in self.model.weights])
        loss, share = results
        return float(loss), float(share)


def _by_kind(model: Any) -> tuple[list[Any], list[Any], list[Any]]:
    return model.trainable_variables, model.non_trainable_variables, model.optimizer.variables


def _jax_step(model: Any) -> Callable[..., Any]:
    """Return a compiled step from (state, x, y, weights) to ((loss, accuracy), state)."""
    jax = importlib.import_module("jax")
    cost = load_keras().losses.CategoricalCrossentropy()

    def lost(learnt: Any, fixed: Any, x: Any, y: Any, weights: Any) -> tuple[Any, Any]:
        scores, fixed = model.stateless_call(learnt, fixed, x, training=True)
        return cost(y, scores, sample_weight=weights), (scores, fixed)

    def step(state: Any, x: Any, y: Any, weights: Any) -> tuple[Any, Any]:
        learnt, fixed, moments = state
        slope = jax.value_and_grad(lost, has_aux=True)
        (loss, (scores, fixed)), slopes = slope(learnt, fixed, x, y, weights)
        learnt, moments = model.optimizer.stateless_apply(moments, slopes, learnt)
        share = (scores.argmax(axis=-1) == y.argmax(axis=-1)).mean()
        return (loss, share), (learnt, fixed, moments)

    compiled: Callable[..., Any] = jax.jit(step)
    return compiled
