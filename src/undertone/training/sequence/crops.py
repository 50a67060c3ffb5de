"""Crops of one length from sequences of any length, resampled in time and frequency as they are cut."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from undertone.training.sequence.settings import SpectralSettings

Floats = NDArray[np.float32]
PITCH_A_BAND = 0.07  # log f0 that goes with a shift by one of 64 bands, 50 to 7600 Hz, about the middle of voices


def warped_crops(
    sequences: Floats, frames: int, bands: int, settings: SpectralSettings, rng: np.random.Generator
) -> Floats:
    """Cut one crop from each sequence, a random place at a random speed and voice size.

    Between frames and between bands values are interpolated linearly; beyond the outermost bands these are held. A crop
    that is longer than its sequence goes on at the sequence's start.

    Parameters
    ----------
    sequences : ndarray of float32, shape (n, any, bands + 2)
        Scaled log-mel bands, then 2 v (log f0 - mean) and 2 v - 1 of the pitch, v its voicing.
    frames, bands : int
        Length of the crops; how many of the columns are bands.

    Returns
    -------
    ndarray of float32, shape (n, frames, bands + 2)
    """
    n = len(sequences)
    speed = np.exp(rng.uniform(-settings.time, settings.time, n))
    shift = rng.uniform(-settings.shift_bands, settings.shift_bands, n)
    stretch = np.exp(rng.uniform(-settings.stretch_bands, settings.stretch_bands, n))
    cut = _in_time(sequences, frames, speed, rng.random(n))
    middle = (bands - 1) / 2
    places = np.clip((np.arange(bands) - middle) * stretch[:, None] + middle - shift[:, None], 0, bands - 1)
    low = np.minimum(places.astype(np.int64), bands - 2)
    part = (places - low).astype(np.float32)[:, None, :]
    item, row = np.arange(n)[:, None, None], np.arange(frames)[None, :, None]
    below, above = cut[item, row, low[:, None, :]], cut[item, row, low[:, None, :] + 1]
    cut[:, :, :bands] = below + part * (above - below)
    voicing = (cut[:, :, bands + 1] + 1) / 2
    cut[:, :, bands] += PITCH_A_BAND * shift[:, None].astype(np.float32) * voicing
    return cut


def _in_time(sequences: Floats, frames: int, speed: NDArray[np.float64], start: NDArray[np.float64]) -> Floats:
    """Read ``frames`` rows of each at its pace; ``start`` in 0..1 chooses the place of those that fit, or the phase."""
    count = sequences.shape[1]
    room = count - 1 - (frames - 1) * speed
    first = start * np.where(room > 0, room, count)
    places = first[:, None] + np.arange(frames) * speed[:, None]
    low = places.astype(np.int64)
    part = (places - low).astype(np.float32)[:, :, None]
    item = np.arange(len(sequences))[:, None]
    below, above = sequences[item, low % count], sequences[item, (low + 1) % count]
    return np.asarray(below + part * (above - below))
