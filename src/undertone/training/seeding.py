"""First weights from a seed."""

from __future__ import annotations

import importlib
import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from undertone.models.backend import load_keras


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Let Keras draw from ``seed`` inside the block; the caller's global generators are as before afterwards.

    Keras takes the seeds of initialisers and dropout from Python's global generator, which other threads draw from too:
    in a Dask worker those that keep its connection alive, now and then, while the first network is built. So inside the
    block Keras is given a generator of its own, whose numbers are those of the global one.
    """
    python, numpy = random.getstate(), np.random.get_state()  # noqa: NPY002
    load_keras().utils.set_random_seed(seed)
    source: Any = importlib.import_module("keras.src.random.seed_generator")
    source.python_random = random.Random(seed)
    try:
        yield
    finally:
        source.python_random = random
        random.setstate(python)
        np.random.set_state(numpy)  # noqa: NPY002
