"""Noise beside a voice, at a signal-to-noise ratio: white, a street, other people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from undertone.types import Clip

Floats = NDArray[np.float32]
FRAME_S, SILENT_DB = 0.02, 40.0


def voice_level(clip: Clip) -> float:
    """Return the root mean square of what is said: of the frames of 20 ms within 40 dB of the loudest.

    Silence before and after a voice has no say, so that a ratio means the same for closely cut recordings.

    Examples
    --------
    >>> tone = np.sin(np.arange(16000, dtype=np.float32) / 9)
    >>> quiet = np.concatenate([tone, np.zeros(16000, np.float32)])
    >>> round(voice_level(Clip(tone, 16000)), 3), round(voice_level(Clip(quiet, 16000)), 3)
    (0.707, 0.707)
    """
    size = min(max(1, round(FRAME_S * clip.rate)), len(clip.samples))
    count = len(clip.samples) // size
    powers = np.square(clip.samples[: count * size].astype(np.float64)).reshape(count, size).mean(axis=1)
    return float(np.sqrt(powers[powers >= powers.max() * 10 ** (-SILENT_DB / 10)].mean()))


def with_noise(clip: Clip, noise: NDArray[np.float64], *, decibels: float) -> Clip:
    """Add a noise whose root mean square lies so many decibels below `voice_level`."""
    level = float(np.sqrt(np.mean(np.square(noise))))
    share = voice_level(clip) * 10 ** (-decibels / 20) / level if level > 0 else 0.0
    return replace(clip, samples=(clip.samples + share * noise).astype(np.float32))


def white(count: int, rate: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return Gaussian noise of equal power in every band."""
    return rng.standard_normal(count)


def street(count: int, rate: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return a street, synthesised: rumble that never ends, cars that pass, now and then a clank.

    Rumble: noise whose power falls by 12 dB an octave above 60 Hz. Each car, one a second on average and at least one:
    noise that falls by 6 dB an octave above 400 Hz, its level a raised cosine 1 to 3 s long. Each clank, one in two
    seconds on average: noise about 1 to 4 kHz that dies by 60 dB in 80 ms. The three have root mean squares of 1, 1 and
    (where one sounds) 2.
    """
    sound = _unit(_shaped(count, rate, rng, corner=60.0, order=2))
    seconds = count / rate
    for _ in range(1 + int(rng.poisson(seconds))):
        length = max(2, int(rng.uniform(1.0, 3.0) * rate))
        swell = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(length) / length)
        car = _unit(swell * _shaped(length, rate, rng, corner=400.0, order=1))
        _add(sound, car, int(rng.integers(-length // 2, count)))
    for _ in range(int(rng.poisson(seconds / 2))):
        length = max(2, int(0.08 * rate))
        clank = rng.standard_normal(length) * 10 ** (-3 * np.arange(length) / length)
        centre = rng.uniform(1000.0, min(4000.0, 0.4 * rate))
        ring = clank * np.cos(2 * np.pi * centre * np.arange(length) / rate)
        _add(sound, 2 * _unit(ring), int(rng.integers(0, count)))
    return sound


def babble(count: int, rate: int, rng: np.random.Generator, voices: Sequence[Clip]) -> NDArray[np.float64]:
    """Return several people talking at once, each equally loud, begun anywhere and repeated to the end.

    Parameters
    ----------
    voices : sequence of Clip
        One a person, all at ``rate``.
    """
    sound = np.zeros(count)
    for voice in voices:
        start = int(rng.integers(len(voice.samples)))
        level = voice_level(voice)
        if level > 0:
            sound += np.resize(np.roll(voice.samples.astype(np.float64), -start), count) / level
    return sound


def _shaped(count: int, rate: int, rng: np.random.Generator, *, corner: float, order: int) -> NDArray[np.float64]:
    """Return noise, even from 20 Hz to a corner; above, its power falls by 6 dB an octave for each order."""
    size = 1 << max(count - 1, 1).bit_length()  # other sizes can take a hundred times as long
    frequency = np.fft.rfftfreq(size, 1 / rate)
    gain = (1 + (frequency / corner) ** 2) ** (-order / 2)
    return np.fft.irfft(np.fft.rfft(rng.standard_normal(size)) * np.where(frequency < 20, 0, gain), size)[:count]


def _unit(sound: NDArray[np.float64]) -> NDArray[np.float64]:
    level = float(np.sqrt(np.mean(np.square(sound))))
    return sound / level if level > 0 else sound


def _add(sound: NDArray[np.float64], part: NDArray[np.float64], begin: int) -> None:
    """Add a part that may begin before the sound and end after it."""
    first, last = max(begin, 0), min(begin + len(part), len(sound))
    if last > first:
        sound[first:last] += part[first - begin : last - begin]
