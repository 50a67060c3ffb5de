"""A room: what is said, and its echoes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from undertone.types import Clip


def room(clip: Clip, rng: np.random.Generator, *, decay_s: float) -> Clip:
    """Let a voice sound in a room, as heard where direct sound and echoes are equally loud.

    The room's answer to an impulse is the impulse and, from 2 ms on, Gaussian noise that decays by 60 dB in ``decay_s``
    seconds; both have the same energy (J. A. Moorer, About this reverberation business, 1979). The sound is as much
    longer as the room takes to fall silent.

    Parameters
    ----------
    decay_s : float
        RT60: 0.3 is a furnished room, 0.6 an office, 1.0 a hall.
    """
    count = max(2, round(decay_s * clip.rate))
    echoes = rng.standard_normal(count) * 10 ** (-3 * np.arange(count) / count)
    echoes[: round(0.002 * clip.rate)] = 0
    echoes /= np.sqrt(np.sum(np.square(echoes)))
    echoes[0] = 1.0
    whole = len(clip.samples) + count - 1
    size = 1 << (whole - 1).bit_length()
    sound = np.fft.irfft(np.fft.rfft(clip.samples, size) * np.fft.rfft(echoes, size), size)[:whole]
    return replace(clip, samples=sound.astype(np.float32))
