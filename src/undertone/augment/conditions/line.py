"""What lines and recorders do: the telephone, gain with its limits."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from undertone.audio.resample import resample
from undertone.types import Clip

BAND_HZ = (300.0, 3400.0)
EDGE_HZ = 100.0
MU = 255.0


def telephone(clip: Clip, *, rate: int) -> Clip:
    """Send a voice over a telephone line: so many samples a second, 300 to 3400 Hz, eight bits by the mu-law.

    The band's edges are raised cosines of 100 Hz outside of it. Before the eight bits the loudest sample is brought to
    a half; after them the level is put back. mu-law of ITU-T G.711 as a formula: sign(x) ln(1 + 255 |x|) / ln 256, in
    256 even steps.
    """
    line = resample(clip, rate)
    size = 1 << len(line.samples).bit_length()
    frequency = np.fft.rfftfreq(size, 1 / rate)
    inside = np.minimum((frequency - BAND_HZ[0]) / EDGE_HZ + 1, (BAND_HZ[1] - frequency) / EDGE_HZ + 1)
    gain = 0.5 - 0.5 * np.cos(np.pi * np.clip(inside, 0, 1))
    sound = np.fft.irfft(np.fft.rfft(line.samples, size) * gain, size)[: len(line.samples)]
    most = float(np.abs(sound).max()) or 1.0
    scaled = 0.5 * sound / most
    law = np.sign(scaled) * np.log1p(MU * np.abs(scaled)) / np.log1p(MU)
    eight = (np.floor(law * 128).clip(-128, 127) + 0.5) / 128
    back = np.sign(eight) * np.expm1(np.abs(eight) * np.log1p(MU)) / MU
    return replace(line, samples=(2 * most * back).astype(np.float32))


def gain(clip: Clip, *, decibels: float) -> Clip:
    """Record a voice in 16 bits so that its loudest sample lies so far above full scale; what is beyond is cut off."""
    most = float(np.abs(clip.samples).max()) or 1.0
    loud = clip.samples.astype(np.float64) / most * 10 ** (decibels / 20)
    return replace(clip, samples=(np.round(loud * 32767).clip(-32768, 32767) / 32768).astype(np.float32))
