"""Golden vectors: synthesised sound and the answers to it, replayed before a bundle's first answer.

The sounds are made from formulas here, so that no licence rides on them. They cover what could drift: resampling
from three rates, trimming of silence, one segment and several, voiced and unvoiced sound.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from undertone.bundle.model import Bundle, Golden, score
from undertone.errors import BundleError
from undertone.features import FEATURES
from undertone.features.frontend import FrontEnd
from undertone.types import Clip

FEATURE_TOLERANCE = 1e-4  # of the largest value of the feature's block
SCORE_TOLERANCE = 1e-3
EVERY = 8  # frames of a sequence: a front end that drifts shows in an eighth of them


def golden_vectors(bundle: Bundle) -> Bundle:
    """Return the bundle with golden vectors recorded from itself."""
    vectors = []
    for name, rate, pcm in _sounds():
        answer = score(bundle, Clip(pcm.astype(np.float32) / np.float32(32768), rate))
        vectors.append(Golden(name, rate, pcm, _kept(bundle.frontend, answer.features), answer.scores))
    return replace(bundle, golden=tuple(vectors))


def replay(bundle: Bundle, *, where: str) -> None:
    """Answer the golden sounds again and compare.

    Raises
    ------
    BundleError
        This machine's front end or network gives other numbers than the bundle's maker had.
    """
    if not bundle.golden:
        raise BundleError(f"{where}: the bundle has no golden vectors; make it again with `undertone train`")
    for golden in bundle.golden:
        answer = score(bundle, golden.clip)
        _compare_features(bundle, golden, answer.features, where)
        error = float(np.abs(answer.scores - golden.scores).max())
        if not error <= SCORE_TOLERANCE:
            raise BundleError(
                f"{where}: golden sound {golden.name!r}: a score is off by {error:.2g}, "
                f"accepted {SCORE_TOLERANCE:g}; {_MEND}"
            )


_MEND = "this installation computes other numbers than the one that trained the model: reinstall undertone or retrain"


def _kept(frontend: FrontEnd, features: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return what of features `(segments, features)` is recorded."""
    behind = frontend.sequence_size
    frames = features[:, :behind].reshape(len(features), frontend.frames, -1)[:, ::EVERY]
    return np.concatenate([frames.reshape(len(features), -1), features[:, behind:]], axis=1)


def _compare_features(bundle: Bundle, golden: Golden, features: NDArray[np.float32], where: str) -> None:
    if golden.features.shape[1] != bundle.frontend.size:
        features = _kept(bundle.frontend, features)
    if features.shape != golden.features.shape:
        raise BundleError(
            f"{where}: golden sound {golden.name!r}: features {features.shape}, "
            f"recorded {golden.features.shape}; {_MEND}"
        )
    for block, recorded, now in _blocks(bundle.frontend, golden.features, features):
        error = float(np.abs(now - recorded).max() / max(np.abs(recorded).max(), 1e-10))
        if not error <= FEATURE_TOLERANCE:
            raise BundleError(
                f"{where}: golden sound {golden.name!r}: {block} is off by {error:.2g} of its largest value, "
                f"accepted {FEATURE_TOLERANCE:g}; {_MEND}"
            )


def _blocks(
    frontend: FrontEnd, recorded: NDArray[np.float32], now: NDArray[np.float32]
) -> Iterator[tuple[str, NDArray[np.float32], NDArray[np.float32]]]:
    """Give each block of a feature set twice; of a sequence over all frames that are recorded."""
    made = FEATURES[frontend.feature_set]
    behind = recorded.shape[1] - frontend.statistics_size
    parts = [(made, slice(0, behind), frontend.columns)] if behind else []
    if frontend.statistics_size:
        parts.append((made.statistics or made, slice(behind, None), frontend.statistics_size))
    for part, columns, width in parts:
        rows = [array[:, columns].reshape(-1, width) for array in (recorded, now)]
        begin = 0
        for block, size in part.blocks:
            yield block, rows[0][:, begin : begin + size], rows[1][:, begin : begin + size]
            begin += size


def _sounds() -> list[tuple[str, int, NDArray[np.int16]]]:
    return [
        ("glide", 16_000, _pcm(_voice(16_000, 1.4, 110, 220) * _fade(16_000, 1.4))),
        ("calls", 44_100, _pcm(np.concatenate([np.zeros(13_000), _voice(44_100, 1.0, 320, 180), np.zeros(9_000)]))),
        (
            "breath",
            22_050,
            _pcm(_voice(22_050, 4.1, 140, 90) * (1 + np.sin(_time(22_050, 4.1) * 9)) / 2 + _hiss(22_050, 4.1)),
        ),
    ]


def _time(rate: int, seconds: float) -> NDArray[np.float64]:
    return np.arange(round(rate * seconds)) / rate


def _voice(rate: int, seconds: float, begin: float, end: float) -> NDArray[np.float64]:
    """Twenty harmonics of a gliding pitch under two resonances."""
    time = _time(rate, seconds)
    phase = 2 * np.pi * (begin * time + (end - begin) * time**2 / (2 * seconds))
    harmonics = [
        np.sin(k * phase) * (np.exp(-((k * begin - 600) ** 2) / 2e5) + 0.4 * np.exp(-((k * begin - 1700) ** 2) / 4e5))
        for k in range(1, 21)
    ]
    return np.asarray(np.sum(harmonics, axis=0) / 3)


def _fade(rate: int, seconds: float) -> NDArray[np.float64]:
    return np.asarray(np.hanning(round(rate * seconds)))


def _hiss(rate: int, seconds: float) -> NDArray[np.float64]:
    return np.random.default_rng(162).uniform(-0.02, 0.02, round(rate * seconds))


def _pcm(sound: NDArray[np.float64]) -> NDArray[np.int16]:
    """Return samples in steps of 256: coarse sound tests as well and takes a third of the room in the file."""
    return (np.round(np.clip(sound, -1, 1) * 62) * 256).astype("<i2")
