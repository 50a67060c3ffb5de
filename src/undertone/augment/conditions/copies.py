"""Copies of a training clip as they would be heard in noise, in a room, over a telephone.

Each is made of the clip alone and its own chance: other voices, who may judge later, are never in it. So the babble is
the clip's own voice six times, faster and slower, forwards and backwards, each begun anywhere.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from undertone.augment.conditions.line import telephone
from undertone.augment.conditions.noise import babble, street, white, with_noise
from undertone.augment.conditions.room import room
from undertone.errors import ConfigError, UnknownNameError
from undertone.types import Clip

#: What `SoundSettings.copies` accepts.
COPIES = ("white", "street", "murmur", "room", "telephone")
#: The copies that are worth their clean figure (`benchmarks/robustness.py --sound`); a street taught nothing to these.
LEARNED = ("white", "murmur", "room", "telephone")
MURMURS, LINE_RATE = 6, 8000


@dataclass(frozen=True)
class SoundSettings:
    """Copies of each training clip that the line over statistics learns from besides; none by default.

    Attributes
    ----------
    copies : tuple of str
        Each of white, street, murmur (noise), room, telephone: one copy a name.
    ratio_db : tuple of float
        Signal-to-noise ratios are drawn evenly from here to there.
    decay_s : tuple of float
        RT60 of rooms, the same way.
    weight : float
        What a copy counts beside a clip, 0 to 1, in the line's class means and covariance.
    shrinkage : float
        Takes the place of ``statistics.shrinkage`` where there are copies: so many rows need less of it.

    Raises
    ------
    UnknownNameError
        A copy that does not exist.
    ConfigError
        A range out of range.
    """

    copies: tuple[str, ...] = ()
    ratio_db: tuple[float, ...] = (5.0, 25.0)
    decay_s: tuple[float, ...] = (0.2, 1.0)
    weight: float = 0.5
    shrinkage: float = 0.2

    def __post_init__(self) -> None:
        for name in self.copies:
            if name not in COPIES:
                raise UnknownNameError("sound copy", name, COPIES)
        for name, low, high in (("ratio_db", -30.0, 60.0), ("decay_s", 0.05, 10.0)):
            given = getattr(self, name)
            if len(given) != 2 or not low <= given[0] <= given[1] <= high:
                raise ConfigError(f"sound: {name} is {list(given)}; accepted: two numbers, {low:g} to {high:g}, rising")
        for name in ("weight", "shrinkage"):
            if not 0 < getattr(self, name) <= 1:
                raise ConfigError(f"sound: {name}={getattr(self, name)}; accepted: more than 0, at most 1")


def sound_copies(clip: Clip, settings: SoundSettings, rng: np.random.Generator) -> tuple[Clip, ...]:
    """Make the copies of a training clip, each from a child of the generator.

    Examples
    --------
    >>> tone = Clip(np.sin(np.arange(16000, dtype=np.float32) / 9), 16000)
    >>> made = sound_copies(tone, SoundSettings(("white", "telephone")), np.random.default_rng(0))
    >>> [(copy.rate, len(copy.samples)) for copy in made]
    [(16000, 16000), (8000, 8000)]
    """
    children = rng.spawn(len(settings.copies))
    return tuple(_copy(clip, name, settings, child) for name, child in zip(settings.copies, children, strict=True))


def _copy(clip: Clip, name: str, settings: SoundSettings, rng: np.random.Generator) -> Clip:
    if name == "room":
        return room(clip, rng, decay_s=rng.uniform(settings.decay_s[0], settings.decay_s[1]))
    if name == "telephone":
        return telephone(clip, rate=LINE_RATE)
    low, high = settings.ratio_db
    decibels, count = rng.uniform(low, high), len(clip.samples)
    if name == "murmur":
        noise = babble(count, clip.rate, rng, [_murmur(clip, rng) for _ in range(MURMURS)])
    else:
        noise = (white if name == "white" else street)(count, clip.rate, rng)
    return with_noise(clip, noise, decibels=decibels)


def _murmur(clip: Clip, rng: np.random.Generator) -> Clip:
    """Return the clip at a speed of exp(U(-0.3, 0.3)), higher with it, half of the time backwards.

    Between samples lies a straight line: nobody listens to one voice of six under another for its highest tones.
    """
    count, speed = len(clip.samples), float(np.exp(rng.uniform(-0.3, 0.3)))
    places = np.arange(0, max(count - 1, 1), speed)
    voice: NDArray[np.float64] = np.interp(places, np.arange(count), clip.samples)
    return replace(clip, samples=(voice[::-1] if rng.uniform() < 0.5 else voice).astype(np.float32))
