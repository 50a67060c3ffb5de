"""A bundle of a few weights, and a voice that is made here."""

from __future__ import annotations

import numpy as np
import pytest
import soundfile

from undertone.bundle import load


@pytest.fixture(scope="session")
def bundle(small_file):
    return load(small_file)


def voice(seconds: float, rate: int) -> np.ndarray:
    """Make a gliding tone with overtones, loud and soft by turns."""
    time = np.arange(round(seconds * rate)) / rate
    phase = 2 * np.pi * (140 * time + 30 * np.sin(2 * time))
    return (sum(np.sin(k * phase) / k for k in range(1, 8)) * (0.12 + 0.08 * np.sin(5 * time))).astype(np.float32)


@pytest.fixture
def record(tmp_path):
    """Return a writer of recordings: name, seconds, rate, channels, what soundfile takes besides."""

    def write(name: str, seconds: float = 1.0, *, rate: int = 16000, channels: int = 1, sound=None, **options) -> str:
        path = tmp_path / name
        mono = voice(seconds, rate) if sound is None else sound
        soundfile.write(path, np.repeat(mono[:, None], channels, axis=1), rate, **options)
        return str(path)

    return write
