"""The copies of a clip."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from undertone.augment.noise import noise
from undertone.augment.pitch import pitch
from undertone.augment.settings import AugmentSettings
from undertone.augment.shift import shift
from undertone.augment.stretch import stretch
from undertone.types import Clip

_APPLY: dict[str, Callable[[Clip, AugmentSettings, np.random.Generator], Clip]] = {
    "noise": lambda clip, settings, rng: noise(clip, rng, share=settings.noise),
    "pitch": lambda clip, settings, rng: pitch(clip, rng, semitones=settings.pitch_semitones),
    "shift": lambda clip, settings, rng: shift(clip, rng, limit_ms=settings.shift_ms),
    "stretch": lambda clip, settings, rng: stretch(clip, rng, rate=settings.stretch_rate),
}


def augment(clip: Clip, settings: AugmentSettings, rng: np.random.Generator) -> tuple[Clip, ...]:
    """Make the augmented copies of a clip. Only ever call it on the training side of a split.

    Parameters
    ----------
    clip : Clip
        Any rate, at least one sample.
    settings : AugmentSettings
        Which copies.
    rng : numpy.random.Generator
        The one source of chance: a generator in the same state gives the same bytes. Each copy draws from its own
        child, so that a copy does not depend on those before it.

    Returns
    -------
    tuple of Clip
        One a copy, without the original.

    Examples
    --------
    >>> tone = Clip(np.sin(np.arange(8000, dtype=np.float32) / 9), 16000)
    >>> noisy, slow = augment(tone, AugmentSettings(), np.random.default_rng(7))
    >>> len(noisy.samples), len(slow.samples)
    (8000, 10000)
    """
    return tuple(
        _chain(clip, changes, settings, child)
        for changes, child in zip(settings.copies, rng.spawn(len(settings.copies)), strict=True)
    )


def _chain(clip: Clip, changes: tuple[str, ...], settings: AugmentSettings, rng: np.random.Generator) -> Clip:
    for change in changes:
        clip = _APPLY[change](clip, settings, rng)
    return clip
