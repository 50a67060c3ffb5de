"""First weights from a seed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from undertone.models.backend import load_keras


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Let Keras draw from ``seed`` inside the block; the caller's global generators are as before afterwards.

    Keras takes the seeds of initialisers and dropout from Python's global generator.
    """
    python, numpy = random.getstate(), np.random.get_state()  # noqa: NPY002
    load_keras().utils.set_random_seed(seed)
    try:
        yield
    finally:
        random.setstate(python)
        np.random.set_state(numpy)  # noqa: NPY002
