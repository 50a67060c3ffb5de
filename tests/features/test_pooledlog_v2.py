"""pooledlog.v2 begins with pooledlog.v1, and its other numbers equal their formulas in NumPy."""

from pathlib import Path

import numpy as np
import pooledlog_v2_oracle as oracle
import pytest

from undertone.audio.read import read
from undertone.audio.trim import trim
from undertone.errors import AudioError
from undertone.features import FEATURES, MelPitch

EMODB = sorted(Path("data/emodb/wav").glob("*.flac"))
POOLED, BEFORE = FEATURES["pooledlog.v2"], FEATURES["pooledlog.v1"]


def differences(y):
    """Of each block that is new: the largest difference, over the block's largest value."""
    ours, at, told = POOLED.compute(y), BEFORE.size, {}
    np.testing.assert_array_equal(ours[: BEFORE.size], BEFORE.compute(y))
    theirs = oracle.formulas(MelPitch().frames(y))
    for block, size in POOLED.blocks[len(BEFORE.blocks) :]:
        a, b = ours[at : at + size].astype(np.float64), theirs.pop(block)
        if block == "covariance":  # the root is steep near 0: without it
            a = np.sign(a) * a**2
        assert a.shape == b.shape and np.isfinite(a).all()
        told[block] = np.abs(a - b).max() / max(np.abs(b).max(), 0.1)
        at += size
    assert not theirs and at == POOLED.size
    return told


def assert_equal(y, tolerance=3e-5):
    told = differences(y)
    assert max(told.values()) <= tolerance, told


@pytest.mark.parametrize("path", EMODB[::90], ids=lambda path: path.stem)
def test_equals_its_formulas_on_speech(path):
    assert_equal(read(path).samples)


@pytest.mark.slow
def test_equals_its_formulas_on_every_clip():
    for path in EMODB:
        assert_equal(trim(read(path), trim_db=40.0).samples)


@pytest.mark.parametrize("count", [1, 2, 255, 256, 257, 511, 512, 513, 1025, 4097, 16 * 513])
def test_equals_its_formulas_at_every_length(count):
    noise = (np.random.default_rng(count).standard_normal(count) * 0.1).astype(np.float32)
    assert_equal(noise, tolerance=1e-4)  # of two frames, the third powers cancel: only their rounding is left


def test_equals_its_formulas_on_twelve_seconds():
    """Longer than the 512 frames of the modulation's transform."""
    assert_equal(np.concatenate([read(path).samples for path in EMODB[:5]])[: 12 * 16000])


@pytest.mark.parametrize("frames", range(1, 45))
def test_equals_its_formulas_at_every_small_number_of_frames(frames):
    """Every lag and quantile has its first and last clip among them, and so have the fewest frames with a pitch."""
    y = read(EMODB[7]).samples
    assert_equal(y[12000 : 12000 + 256 * (frames - 1) + 1], tolerance=1e-4)


@pytest.mark.parametrize("y", [np.zeros(5000), np.eye(1, 5000, 2500)[0]], ids=["silence", "impulse"])
def test_hard_signals_equal_the_formulas(y):
    assert_equal(y.astype(np.float32), tolerance=5e-3)  # a deviation that is rounding alone counts beside the 1e-3


def test_of_silence_only_logarithms_are_left():
    made = dict(zip(POOLED.names, POOLED.compute(np.zeros(16000, np.float32)), strict=True))
    left = {name for name, value in made.items() if value != 0 and name not in BEFORE.names}
    assert left == {name for name in made if "modulation" in name or "kurtosis" in name}
    assert made["mfcc_3_modulation_0"] == pytest.approx(np.log(1e-6))


@pytest.mark.parametrize("hz", [62.5, 200.0, 440.0])
def test_a_pitch_that_never_moves_goes_with_nothing(hz):
    y = np.sin(2 * np.pi * hz / 16000 * np.arange(16000)).astype(np.float32)
    made = dict(zip(POOLED.names, POOLED.compute(y), strict=True))
    heard = MelPitch().frames(y)
    if np.ptp(heard[heard[:, 66] > 0.6, 65]) == 0:
        assert made["intonation_deviation"] == made["intonation_loudness"] == 0
    assert np.isfinite(list(made.values())).all()


def test_a_constant_and_a_minute_are_answered():
    assert np.isfinite(POOLED.compute(np.full(8000, 0.7, np.float32))).all()
    assert np.isfinite(POOLED.compute(np.tile(read(EMODB[0]).samples, 40)[: 60 * 16000])).all()


def test_names_and_blocks_agree_with_the_size():
    assert len(POOLED.names) == len(set(POOLED.names)) == POOLED.size == 1090
    assert sum(size for _, size in POOLED.blocks) == 1090
    assert len({block for block, _ in POOLED.blocks}) == len(POOLED.blocks)


def test_no_samples_are_an_error():
    with pytest.raises(AudioError, match="no samples"):
        POOLED.compute(np.zeros(0, np.float32))
