"""pooledlog.v1 equals its formulas in NumPy, and does not depend on the level."""

from pathlib import Path

import numpy as np
import pytest
import scipy.fft
import voice_oracle as oracle

from undertone.audio.read import read
from undertone.errors import AudioError
from undertone.features import FEATURES, MelPitch

EMODB = sorted(Path("data/emodb/wav").glob("*.flac"))
POOLED = FEATURES["pooledlog.v1"]


def steps(x):
    return np.diff(x, axis=0) if len(x) > 1 else np.zeros((1, *x.shape[1:]))


def spread(x):
    return [x.mean(axis=0), x.std(axis=0), *np.percentile(x, [10, 50, 90], axis=0)]


def pitch_numbers(f0, v):
    times, n = np.flatnonzero(v > 0.6), (v > 0.6).sum()
    out = np.zeros(14)
    out[11:] = n / len(v), v.mean(), v.std()
    if n:
        p = np.log(f0[times] / 180)
        out[:7] = p.mean(), p.std(), *np.percentile(p, [5, 25, 50, 75, 95])
        out[7] = out[6] - out[2]
        pairs = np.diff(times) == 1
        out[8] = np.abs(np.diff(p))[pairs].mean() if pairs.any() else 0
        out[9] = np.polyfit(times * 0.016, p, 1)[0] if n > 1 else 0
        out[10] = p[: max(n // 3, 1)].mean() - p[-max(n // 3, 1) :].mean()
    return out


def rhythm(loudness):
    whole = np.zeros(-(-len(loudness) // 256) * 256)
    whole[: len(loudness)] = loudness - loudness.mean()
    spectrum = np.abs(np.fft.rfft(whole.reshape(-1, 256).sum(axis=0)))[1:33] / len(loudness)
    return np.log(spectrum.reshape(8, 4).mean(axis=1) + 1e-3)


def formulas(y):
    energies, (f0, v) = oracle.mel_energies(y), oracle.pitch(y)
    bands = np.log(energies + 1e-8)
    bands = np.maximum(bands, bands.max() - 13.8).reshape(len(bands), 32, 2).mean(axis=2)
    bands -= bands.mean()
    coefficients = scipy.fft.dct(bands, axis=1, norm="ortho")[:, :20]
    loudness = np.log(energies.sum(axis=1) + 1e-8)
    loudness = np.maximum(loudness - loudness.max(), -13.8)
    pieces = oracle.framed(y, 512)
    rms = np.sqrt((pieces**2).mean(axis=1))
    rms = rms / rms.max() if rms.max() else rms
    zcr = (np.diff(pieces < -1e-10, axis=1)).sum(axis=1) / 512
    parts = [*spread(bands), *spread(coefficients)]
    parts += [np.abs(steps(bands)).mean(axis=0), np.abs(steps(bands)).std(axis=0), steps(coefficients).std(axis=0)]
    parts += [pitch_numbers(f0, v), len(y) / 16000]
    parts += [loudness.mean(), loudness.std(), *np.percentile(loudness, [5, 25, 50, 75])]
    parts += [np.abs(steps(loudness)).mean(), (loudness >= -2).mean(), rhythm(loudness)]
    for row in (rms, zcr):
        parts += [*spread(row), np.abs(steps(row)).mean(), np.abs(steps(row)).std()]
    return np.hstack(parts)


def assert_equal(y, tolerance=1e-4):
    ours, theirs, at = POOLED.compute(y), formulas(y), 0
    assert ours.shape == theirs.shape
    for block, size in POOLED.blocks:
        a, b = ours[at : at + size], theirs[at : at + size]
        largest = max(np.abs(b).max(), 0.1)  # silence is -18.4 in float32: 1e-5 of it is its rounding
        assert np.abs(a - b).max() <= tolerance * largest, (block, np.abs(a - b).max())
        at += size


@pytest.mark.parametrize("path", EMODB[::90], ids=lambda path: path.stem)
def test_equals_its_formulas_on_speech(path):
    assert_equal(read(path).samples)


@pytest.mark.parametrize("count", [1, 2, 255, 256, 257, 511, 512, 513, 1025, 4097])
def test_equals_its_formulas_at_every_length(count):
    assert_equal((np.random.default_rng(count).standard_normal(count) * 0.1).astype(np.float32))


def test_equals_its_formulas_on_twelve_seconds():
    """Longer than the 256 frames of the rhythm's transform."""
    assert_equal(np.concatenate([read(path).samples for path in EMODB[:5]])[: 12 * 16000])


@pytest.mark.parametrize(
    "y",
    [
        pytest.param(np.zeros(5000), id="silence"),
        pytest.param(np.eye(1, 5000, 2500)[0], id="impulse"),
        pytest.param(np.sin(np.arange(5000) * 0.05), id="full scale"),
    ],
)
def test_hard_signals_equal_the_formulas(y):
    assert_equal(y.astype(np.float32), tolerance=1e-3)  # a floored band's step is a difference of equal numbers


def test_a_constant_is_answered():
    assert np.isfinite(POOLED.compute(np.full(8000, 0.7, np.float32))).all()


def test_a_gain_changes_nothing():
    y = read(EMODB[3]).samples
    np.testing.assert_allclose(POOLED.compute(y / 2), POOLED.compute(y), atol=0.02)  # of 1e-8 beside the energy


def test_a_minute_is_answered():
    assert np.isfinite(POOLED.compute(np.tile(read(EMODB[0]).samples, 40)[: 60 * 16000])).all()


def test_the_frames_are_those_of_melpitch():
    y, at = read(EMODB[11]).samples, POOLED.names.index("voicing_mean")
    np.testing.assert_allclose(POOLED.compute(y)[at], MelPitch().frames(y)[:, 66].mean(), rtol=1e-5)


def test_names_and_blocks_agree_with_the_size():
    assert len(POOLED.names) == len(set(POOLED.names)) == POOLED.size == 389
    assert sum(size for _, size in POOLED.blocks) == 389


def test_no_samples_are_an_error():
    with pytest.raises(AudioError, match="no samples"):
        POOLED.compute(np.zeros(0, np.float32))
