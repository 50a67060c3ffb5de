"""Distillation: what trained networks say of the crops that another one learns from (Hinton et al. 2015).

A label says which class a clip has; several networks together say which others it resembles. They are asked about the
very crops that the student sees, after variation and mixture (Beyer et al. 2022: a good teacher is patient and
consistent): an answer to the clip as it was recorded would be an answer to another question.
"""

from __future__ import annotations

import hashlib
import importlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from undertone.errors import ConfigError
from undertone.models.backend import load_keras

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class DistilSettings:
    """Who teaches a network of sequences, and how much they have to say.

    Attributes
    ----------
    teachers : int
        How many networks are trained first, on the same clips; 0: nobody teaches.
    model : str
        The model whose network each of them is.
    share : float
        Of the target: ``(1 - share) * label + share * teachers``.
    temperature : float
        Each teacher's probabilities are taken to the power ``1 / temperature`` and add up to 1 again. The student
        answers at temperature 1: more than 1 here makes it less sure than they are.

    Raises
    ------
    ConfigError
        A number is out of range.
    """

    teachers: int = 0
    model: str = "compact"
    share: float = 0.7
    temperature: float = 1.0

    def __post_init__(self) -> None:
        if self.teachers < 0:
            raise ConfigError(f"distil: teachers is {self.teachers}; accepted: 0 (nobody teaches) and more")
        if not 0 <= self.share <= 1:
            raise ConfigError(f"distil: share is {self.share}; accepted: 0 (labels alone) to 1 (teachers alone)")
        if not 0 < self.temperature <= 100:
            raise ConfigError(f"distil: temperature is {self.temperature}; accepted: more than 0, up to 100")


class Teachers:
    """Trained networks that turn labels into targets.

    Parameters
    ----------
    networks : sequence of keras.Model
        Built for the length of a crop; with the student's classes, each ends in a softmax.
    settings : DistilSettings

    Attributes
    ----------
    mark : str
        Their number, weights and say: a training goes on with these teachers or not at all.
    """

    def __init__(self, networks: Sequence[Any], settings: DistilSettings) -> None:
        self.settings = settings
        weights = b"".join(np.asarray(w).tobytes() for network in networks for w in network.get_weights())
        digest = hashlib.sha256(weights).hexdigest()[:16]
        self.mark = f"{len(networks)} ({digest}), share {settings.share}, temperature {settings.temperature}"
        on_jax = load_keras().backend.backend() == "jax"
        self._ask = _in_one_call(networks) if on_jax else _one_after_the_other(networks)

    def targets(self, crops: Floats, labels: Floats) -> Floats:
        """Return what to answer to crops whose labels say ``labels``, shape (crops, classes)."""
        said = np.asarray(self._ask(crops))
        return blended(labels, said, share=self.settings.share, temperature=self.settings.temperature)


def blended(labels: Floats, said: Floats, *, share: float, temperature: float) -> Floats:
    """Return ``(1 - share) * labels`` and ``share`` times the mean of what was said, softened.

    Parameters
    ----------
    labels : ndarray of float32, shape (n, classes)
    said : ndarray of float32, shape (teachers, n, classes)
        Probabilities.

    Examples
    --------
    >>> labels = np.array([[1, 0]], np.float32)
    >>> said = np.array([[[0.8, 0.2]], [[0.6, 0.4]]], np.float32)
    >>> blended(labels, said, share=0.5, temperature=1).round(2).tolist()
    [[0.8500000238418579, 0.15000000596046448]]
    """
    soft = said ** np.float32(1 / temperature)
    mean = (soft / soft.sum(axis=-1, keepdims=True)).mean(axis=0)
    return np.asarray(np.float32(1 - share) * labels + np.float32(share) * mean, np.float32)


def _in_one_call(networks: Sequence[Any]) -> Callable[[Floats], Any]:
    """Compile all networks together; weights are arguments, so that others of the same shapes run the same code."""
    jax = importlib.import_module("jax")
    weights = [
        ([v.value for v in network.trainable_variables], [v.value for v in network.non_trainable_variables])
        for network in networks
    ]

    def ask(weights: Any, x: Any) -> Any:
        said = [n.stateless_call(*own, x, training=False)[0] for n, own in zip(networks, weights, strict=True)]
        return jax.numpy.stack(said)

    compiled = jax.jit(ask)
    return lambda crops: compiled(weights, crops)


def _one_after_the_other(networks: Sequence[Any]) -> Callable[[Floats], Any]:
    return lambda crops: np.stack([np.asarray(network.predict_on_batch(crops)) for network in networks])
