"""Ask a Keras model."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from undertone.errors import NotFoundError
from undertone.models.backend import load_keras


def load(path: Path) -> Any:
    """Load the network of a checkpoint, without anything that only training needs.

    Raises
    ------
    NotFoundError
        There is no such file.
    """
    if not path.is_file():
        raise NotFoundError(f"no checkpoint at {str(path)!r}; 'undertone train' writes one as best.h5")
    return load_keras().saving.load_model(path, compile=False)


def predict(model: Any, x: NDArray[np.float32], *, batch_size: int = 64) -> NDArray[np.float32]:
    """Return a distribution over the classes for each example.

    Parameters
    ----------
    model : keras.Model
        Its output is a softmax.
    x : ndarray of float32, shape (n, ...)
        Scaled as the network was trained; a last axis of one channel is added where the network asks for it.
    batch_size : int
        Examples at once. The last batch is filled up with zeros, so that one shape is compiled, not two.

    Returns
    -------
    ndarray of float32, shape (n, classes)
    """
    rows = as_input(model, x)
    steps = -(-len(rows) // batch_size)
    filled = np.zeros((steps * batch_size, *rows.shape[1:]), np.float32)
    filled[: len(rows)] = rows
    parts = [np.asarray(model.predict_on_batch(part)) for part in np.split(filled, max(steps, 1)) if len(part)]
    return np.concatenate(parts)[: len(rows)] if parts else np.zeros((0, model.output_shape[-1]), np.float32)


def as_input(model: Any, x: NDArray[np.float32]) -> NDArray[np.float32]:
    """Shape examples as the network's input: ``(n, 162)`` becomes ``(n, 162, 1)``."""
    return np.ascontiguousarray(x.reshape(len(x), *model.input_shape[1:]), dtype=np.float32)


def save(model: Any, path: Path) -> None:
    """Write a network, without optimiser, in Keras's HDF5 format: equal weights are equal bytes."""
    # Keras warns on each such save that the format is a legacy; here it is what the compiler and the article read.
    log = logging.getLogger("absl")
    level = log.level
    log.setLevel(logging.ERROR)
    try:
        load_keras().saving.save_model(model, path, include_optimizer=False)
    finally:
        log.setLevel(level)
