"""Runs one transform of audiomentations on a clip, with all its chance taken from a given generator."""

from __future__ import annotations

import importlib
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np

from undertone.errors import MissingExtraError
from undertone.types import Clip


def transform(clip: Clip, name: str, rng: np.random.Generator, **parameters: Any) -> Clip:
    """Apply a transform.

    Parameters
    ----------
    clip : Clip
        Any rate, at least one sample.
    name : str
        A class of audiomentations.
    rng : numpy.random.Generator
        The one source of chance.
    **parameters
        Of the class. Callers give equal minimum and maximum, so that the strength is theirs.

    Returns
    -------
    Clip
        At the same rate, with the same notes.

    Raises
    ------
    MissingExtraError
        audiomentations is not installed.
    """
    try:
        kind = getattr(importlib.import_module("audiomentations"), name)
    except ModuleNotFoundError as error:
        raise MissingExtraError("augmentation", error.name or "audiomentations", "train") from error
    change = kind(p=1.0, **parameters)
    with _global_chance(rng):
        samples = change(samples=clip.samples, sample_rate=clip.rate)
    return replace(clip, samples=np.ascontiguousarray(samples, dtype=np.float32))


@contextmanager
def _global_chance(rng: np.random.Generator) -> Iterator[None]:
    """Seed Python's and NumPy's global generators, the two that audiomentations draws from; put them back after."""
    python, numpy = random.getstate(), np.random.get_state()  # noqa: NPY002
    random.seed(int(rng.integers(2**32)))
    np.random.seed(int(rng.integers(2**32)))  # noqa: NPY002
    try:
        yield
    finally:
        random.setstate(python)
        np.random.set_state(numpy)  # noqa: NPY002
