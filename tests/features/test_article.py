"""article.v1 equals librosa 0.11 on real speech, at all lengths, and on the signals that break things."""

import warnings
from pathlib import Path

import librosa
import numpy as np
import pytest

from undertone.audio.read import read
from undertone.features import FEATURES
from undertone.runtime import host

ARTICLE = FEATURES["article.v1"]
EMODB = sorted(Path("data/emodb/wav").glob("*.flac"))
TOLERANCE = 1e-4  # of the largest value of the block: what float32 sums in another order may differ, with room


def librosa_162(y):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        magnitude = np.abs(librosa.stft(y))
        parts = [
            librosa.feature.zero_crossing_rate(y=y),
            librosa.feature.chroma_stft(S=magnitude, sr=22050),
            librosa.feature.mfcc(y=y, sr=22050),
            librosa.feature.rms(y=y),
            librosa.feature.melspectrogram(y=y, sr=22050),
        ]
    return np.hstack([part.T.mean(axis=0) for part in parts])


def relative_errors(ours, theirs):
    errors, at = {}, 0
    for block, size in ARTICLE.blocks:
        a, b = ours[at : at + size], theirs[at : at + size]
        errors[block] = np.abs(a - b).max() / max(np.abs(b).max(), np.finfo(np.float32).tiny)
        at += size
    return errors


def assert_equal(y):
    errors = relative_errors(ARTICLE.compute(y), librosa_162(y))
    assert max(errors.values()) < TOLERANCE, errors


def at_22050(path):
    clip = read(path)
    return host.resample(clip.samples, clip.rate, 22050)


@pytest.mark.parametrize("path", EMODB[::45], ids=lambda path: path.stem)
def test_equals_librosa_on_emodb(path):
    assert_equal(at_22050(path))


@pytest.mark.slow
def test_equals_librosa_on_all_of_emodb():
    worst = {}
    for path in EMODB:
        y = at_22050(path)
        for block, error in relative_errors(ARTICLE.compute(y), librosa_162(y)).items():
            worst[block] = max(worst.get(block, 0.0), error)
    assert len(EMODB) == 535
    assert max(worst.values()) < TOLERANCE, worst


@pytest.mark.parametrize("count", [1, 2, 3, 511, 512, 513, 1023, 1024, 1025, 2047, 2048, 2049, 8191, 8192, 8193, 60000])
def test_equals_librosa_at_every_length(count):
    assert_equal((np.random.default_rng(count).standard_normal(count) * 0.1).astype(np.float32))


@pytest.mark.slow
def test_equals_librosa_on_a_minute():
    assert_equal(np.tile(at_22050(EMODB[0]), 40)[: 60 * 22050])


@pytest.mark.parametrize(
    "y",
    [
        pytest.param(np.zeros(20000), id="silence"),
        pytest.param(np.ones(20000), id="DC"),
        pytest.param(np.sin(np.arange(30000) * 0.2), id="full scale"),
        pytest.param(np.sin(np.arange(30000) * 0.2) * 1e-6, id="faint"),
        pytest.param(np.sign(np.sin(np.arange(30000) * 0.01)), id="square"),
        pytest.param(np.repeat([0.0, 0.5, 0.0], 7000), id="steps"),
    ],
)
def test_equals_librosa_on_hard_signals(y):
    assert_equal(y.astype(np.float32))


def test_equals_librosa_on_an_impulse_but_for_its_tuning():
    """An impulse has a flat spectrum: which bins are peaks is rounding, so librosa's tuning (and chroma) is chance."""
    y = np.zeros(20000, np.float32)
    y[7777] = 1.0
    errors = relative_errors(ARTICLE.compute(y), librosa_162(y))
    assert max(error for block, error in errors.items() if block != "chroma") < TOLERANCE, errors


def test_names_and_blocks_agree_with_the_size():
    assert len(ARTICLE.names) == len(set(ARTICLE.names)) == ARTICLE.size == 162
    assert sum(size for _, size in ARTICLE.blocks) == 162
