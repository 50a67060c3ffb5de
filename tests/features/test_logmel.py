"""logmel.v1 equals librosa, and a stream of it equals the whole clip bit for bit."""

import warnings
from pathlib import Path

import librosa
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from undertone.audio.read import read
from undertone.errors import AudioError, ConfigError
from undertone.features import FEATURES, FrontEnd, LogMel

EMODB = sorted(Path("data/emodb/wav").glob("*.flac"))


def librosa_logmel(y, made):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        energy = librosa.feature.melspectrogram(
            y=y,
            sr=16000,
            n_fft=512,
            hop_length=made.hop,
            n_mels=made.bands,
            fmin=made.low_hz,
            fmax=made.high_hz,
            htk=True,
            norm=None,
        )
    return np.log(energy + 1e-8).T


def assert_equal(y, made):
    # Where the energy is near 1e-8 the logarithm shows float32 rounding of the transform: 1e-4 of 18.4 at silence.
    ours, theirs = made.transform(y), librosa_logmel(y, made)
    assert ours.shape == theirs.shape and ours.dtype == np.float32
    assert np.abs(ours - theirs).max() < 1e-4 * np.abs(theirs).max()


@pytest.mark.parametrize("path", EMODB[::60], ids=lambda path: path.stem)
def test_equals_librosa_on_emodb(path):
    assert_equal(read(path).samples, LogMel())


@pytest.mark.parametrize(
    "made",
    [
        LogMel(bands=40, hop=160, low_hz=20.0, high_hz=8000.0),
        LogMel(bands=1, hop=512, low_hz=0.0, high_hz=8000.0),
        LogMel(bands=128, hop=100, low_hz=0.0, high_hz=4000.0),
    ],
    ids=repr,
)
@pytest.mark.parametrize("count", [1, 255, 256, 257, 5000])
def test_equals_librosa_with_other_settings_and_lengths(made, count):
    assert_equal((np.random.default_rng(count).standard_normal(count) * 0.1).astype(np.float32), made)


@pytest.mark.parametrize("y", [np.zeros(3000), np.eye(1, 3000, 1500)[0]])
def test_equals_librosa_on_silence_and_impulse(y):
    assert_equal(y.astype(np.float32), LogMel())


def test_equals_librosa_on_dc_down_to_rounding():
    """Bands without energy hold what float32 transforms leave there: 1e-13 of the largest."""
    y = np.ones(3000, np.float32)
    ours, theirs = np.exp(LogMel().transform(y)), np.exp(librosa_logmel(y, LogMel()))
    assert np.abs(ours - theirs).max() < 1e-6 * theirs.max()


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 2000),
    st.lists(st.integers(0, 900), max_size=12),
    st.sampled_from([64, 160, 256, 512]),
)
def test_a_stream_gives_the_bits_of_the_whole_clip_however_it_is_cut(seed, pieces, hop):
    made = LogMel(bands=20, hop=hop)
    y = np.random.default_rng(seed).standard_normal(max(1, sum(pieces))).astype(np.float32)
    stream, frames = made.stream(), []
    for begin, length in zip(np.cumsum([0, *pieces]), pieces, strict=False):
        frames.append(stream.feed(y[begin : begin + length]))
    if not pieces or sum(pieces) == 0:
        frames.append(stream.feed(y))
    frames.append(stream.end())
    np.testing.assert_array_equal(np.concatenate(frames), made.transform(y))


def test_frames_come_as_soon_as_their_last_sample():
    stream = LogMel(hop=256).stream()
    assert [len(stream.feed(np.zeros(1, np.float32))) for _ in range(513)] == [
        int(i == 255 or i == 511) for i in range(513)
    ]


def test_an_ended_stream_without_sound_has_no_frames():
    assert LogMel().stream().end().shape == (0, 64)


def test_state_is_bounded():
    stream = LogMel().stream()
    before = stream.state_bytes
    stream.feed(np.zeros(100_000, np.float32))
    assert stream.state_bytes == before < 200_000


def test_no_samples_are_an_error():
    with pytest.raises(AudioError, match="no samples"):
        LogMel().transform(np.zeros(0, np.float32))


@pytest.mark.parametrize(
    "wrong", [{"bands": 0}, {"bands": 257}, {"hop": 0}, {"hop": 513}, {"low_hz": 8000.0}, {"high_hz": 9000.0}]
)
def test_wrong_settings_are_refused(wrong):
    with pytest.raises(ConfigError, match="accepted"):
        LogMel(**wrong)


def test_it_is_a_sequence_and_no_front_end_of_vectors():
    assert FEATURES["logmel.v1"].sequence and FEATURES["logmel.v1"].rate == 16000
    with pytest.raises(ConfigError, match=r"gives a row a frame.*accepted: article\.v1"):
        FrontEnd(feature_set="logmel.v1")
