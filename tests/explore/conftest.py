"""A small corpus of tones that can be looked at in a moment."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from undertone.audio.write import write
from undertone.corpora import load
from undertone.types import Clip, Corpus


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNDERTONE_HOME", str(tmp_path / "undertone-home"))


@pytest.fixture
def tone() -> Callable[..., Clip]:
    def make(frequency: float, duration_s: float = 0.5, rate: int = 16000, level: float = 0.5) -> Clip:
        time = np.arange(round(duration_s * rate)) / rate
        return Clip((level * np.sin(2 * np.pi * frequency * time)).astype(np.float32), rate)

    return make


@pytest.fixture
def tones(tmp_path: Path, tone: Callable[..., Clip]) -> Corpus:
    root = tmp_path / "tones"
    for label, frequency in (("high", 3000.0), ("low", 300.0)):
        for speaker in ("anna", "ben"):
            for index, duration_s in enumerate((0.4, 0.5, 0.7)):
                path = root / label / speaker / f"{index}.wav"
                path.parent.mkdir(parents=True, exist_ok=True)
                write(path, tone(frequency + index + (speaker == "ben"), duration_s))
    return load(root)
