"""A spectrogram to look at. Models never see it: their features come from the front end alone."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from undertone.types import Clip

#: Length of the window in seconds: short enough for syllables, long enough for the harmonics of a voice.
WINDOW_S = 0.025
#: Nothing above is drawn, in Hz.
TOP = 8000.0
FRAMES = 300
BANDS = 128
FLOOR_DB = -120.0


def levels(clip: Clip) -> tuple[NDArray[np.float32], float]:
    """Compute the levels of a clip in time and frequency.

    Periodic Hann window of 25 ms, frames evenly spaced so that about 300 span the clip, magnitudes in dB, the
    loudest bin of each of up to 128 even bands.

    Parameters
    ----------
    clip : Clip
        Of any length; zeros are put behind one that is shorter than a window.

    Returns
    -------
    levels_db : ndarray of float32, shape (frames, bands)
        Time first; relative to a full-scale sine.
    top : float
        The upper edge of the last band, in Hz.
    """
    window_length = max(16, round(WINDOW_S * clip.rate))
    size = 1 << (2 * window_length - 1).bit_length()
    samples = np.pad(clip.samples, (0, max(0, window_length - len(clip.samples))))
    count = min(FRAMES, len(samples) - window_length + 1)
    starts = np.linspace(0, len(samples) - window_length, count).astype(int)
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(window_length) / window_length)
    frames = samples[starts[:, None] + np.arange(window_length)] * window
    magnitude = np.abs(np.fft.rfft(frames, size)) * 2 / window.sum()
    top = min(TOP, clip.rate / 2)
    bins = magnitude[:, : max(1, round(top / clip.rate * size))]
    edges = np.unique(np.linspace(0, bins.shape[1], BANDS + 1).astype(int))[:-1]
    loudest = np.maximum.reduceat(bins, edges, axis=1)
    return (20 * np.log10(np.maximum(loudest, 10 ** (FLOOR_DB / 20)))).astype(np.float32), top
