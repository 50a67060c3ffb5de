"""Recordings that are the same sound in other bytes: louder, resampled, coded, with a little noise, cut at the ends.

Two takes of one sentence, even by one speaker, never agree sample by sample; copies of one take do. A coarse picture of
each clip finds the candidates, the correlation of the waveforms decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from undertone import machines
from undertone.audio.read import read
from undertone.errors import AudioError
from undertone.runtime import host

Floats = NDArray[np.float32]

RATE = 8000
FRAME, HOP, BANDS, SLOTS = 256, 32, 16, 24
#: Pictures at least this alike (cosine) have their waveforms compared.
CANDIDATE = 0.8
#: Waveforms that correlate at least this much, at their best shift, are copies.
COPY = 0.6
LONGEST_S = 60


def near_equal(paths: Sequence[Path]) -> tuple[tuple[int, ...], ...]:
    """Group the recordings that are copies of one sound.

    Parameters
    ----------
    paths : sequence of Path
        Readable recordings; only the first minute of each is looked at.

    Returns
    -------
    tuple of tuple of int
        Indices, two and more a group, in order of their first member.

    Notes
    -----
    A recording that cannot be read equals no other; whoever uses it says what is wrong with it.
    """
    sounds = machines.spread(_sound, list(paths))
    pictures = np.stack([_picture(sound) for sound in sounds]) if sounds else np.zeros((0, 1), np.float32)
    group = list(range(len(sounds)))
    for first, second in np.argwhere(np.triu(pictures @ pictures.T >= CANDIDATE, k=1)):
        if group[first] != group[second] and correlation(sounds[first], sounds[second]) >= COPY:
            old, new = group[second], group[first]
            group = [new if name == old else name for name in group]
    members = [tuple(np.flatnonzero(np.array(group) == name).tolist()) for name in dict.fromkeys(group)]
    return tuple(indices for indices in members if len(indices) > 1)


def correlation(a: Floats, b: Floats) -> float:
    """Return the largest absolute correlation of two sounds over all shifts, 0 .. 1, by their whole energies.

    Examples
    --------
    >>> noise = np.random.default_rng(0).standard_normal(4000).astype(np.float32)
    >>> round(correlation(noise, -0.1 * np.roll(noise, 50)), 2) > 0.95
    True
    """
    energy = float(np.linalg.norm(a) * np.linalg.norm(b))
    if not energy:
        return 0.0
    size = 1 << (len(a) + len(b) - 1).bit_length()
    product = np.fft.rfft(a, size) * np.conj(np.fft.rfft(b, size))
    return float(np.abs(np.fft.irfft(product, size)).max()) / energy


def _sound(path: Path) -> Floats:
    try:
        clip = read(path)
    except AudioError:
        return np.zeros(0, np.float32)
    sound = host.resample(clip.samples[: LONGEST_S * clip.rate], clip.rate, RATE)
    return np.asarray(sound - sound.mean(), np.float32)


def _picture(sound: Floats) -> Floats:
    """Return log power in 16 bands and 24 stretches of the loud part, without its mean, of length one.

    Nothing quieter than a tenth of the loudest frame's energy sets the ends, and nothing 15 dB below the loudest cell
    shows: a little noise leaves the picture as it is.
    """
    padded = np.pad(sound, (0, max(0, FRAME - len(sound))))
    frames = np.lib.stride_tricks.sliding_window_view(padded, FRAME)[::HOP]
    energy = (frames**2).sum(axis=1)
    loud = np.flatnonzero(energy >= 0.1 * energy.max())
    chosen = frames[np.linspace(loud[0], loud[-1], SLOTS).round().astype(int)] * np.hanning(FRAME)
    power = np.abs(np.fft.rfft(chosen, axis=1)[:, 1:]) ** 2
    bands = power.reshape(SLOTS, BANDS, -1).sum(axis=2)
    picture = np.log(bands + 0.03 * bands.max() + 1e-20)
    picture -= picture.mean()
    return np.asarray(picture.ravel() / max(float(np.linalg.norm(picture)), 1e-9), np.float32)
