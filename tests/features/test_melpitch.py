"""melpitch.v1 equals its formulas in NumPy, and its pitch is what physics says."""

from pathlib import Path

import librosa
import numpy as np
import pytest
import voice_oracle as oracle
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from undertone.audio.read import read
from undertone.errors import AudioError, ConfigError
from undertone.features import FEATURES, MelPitch
from undertone.types import Clip

EMODB = sorted(Path("data/emodb/wav").glob("*.flac"))
F0, VOICING = 65, 66


def assert_equal(y):
    """Energies to 2e-4, or 1e-6 of their frame's largest, or the rounding of full scale; voicing and sequence to
    float32 rounding; f0 but for ties."""
    frames, (f0, v), energies = MelPitch().frames(y), oracle.pitch(y), oracle.mel_energies(y)
    slack = 2e-4 * energies + 1e-6 * energies.max(axis=1, keepdims=True)
    slack += 1e-14 * np.square(512 * np.abs(y).max())
    assert (np.abs(np.exp(frames[:, :64].astype(float)) - 1e-8 - energies) <= slack + 1e-13).all()
    np.testing.assert_allclose(frames[:, VOICING], v, atol=2e-5)
    other = np.flatnonzero(frames[:, F0] != f0.astype(np.float32))
    assert all(tied(y, frame) for frame in other), other
    sequence, expected = MelPitch().compute(y), oracle.sequence(energies, frames[:, F0].astype(float), v)
    assert sequence.shape == expected.shape and sequence.dtype == np.float32
    np.testing.assert_allclose(sequence, expected, atol=1e-3)
    return len(other)


def tied(y, frame):
    """Whether rounding decides: a lag within 1e-5 of the bar, or of its neighbour on the way up."""
    r = oracle.resemblance(y)[frame]
    hill = np.abs(np.diff(r[32:]))
    return min(np.abs(r[32:] - 0.9 * r[32:].max()).min(), hill.min()) < 1e-5


@pytest.mark.parametrize("path", EMODB[::90], ids=lambda path: path.stem)
def test_equals_its_formulas_on_speech(path):
    assert assert_equal(read(path).samples) == 0


@pytest.mark.slow
def test_equals_its_formulas_on_more_speech():
    assert sum(assert_equal(read(path).samples) for path in EMODB[::5]) <= 3


@pytest.mark.parametrize("count", [1, 2, 3, 255, 256, 257, 511, 512, 513, 1023, 1024, 1025, 4097])
def test_equals_its_formulas_at_every_length(count):
    assert_equal((np.random.default_rng(count).standard_normal(count) * 0.1).astype(np.float32))


@pytest.mark.parametrize(
    "y",
    [
        pytest.param(np.zeros(5000), id="silence"),
        pytest.param(np.eye(1, 5000, 2500)[0], id="impulse"),
        pytest.param(np.sin(np.arange(5000) * 0.05), id="full scale"),
        pytest.param(np.repeat([0.0, 0.5, -0.5], 3000), id="steps"),
    ],
)
def test_hard_signals_equal_the_formulas(y):
    assert_equal(y.astype(np.float32))


def test_log_mel_equals_librosa_with_mirrored_edges():
    y = read(EMODB[7]).samples
    theirs = librosa.feature.melspectrogram(
        y=y,
        sr=16000,
        n_fft=512,
        hop_length=256,
        n_mels=64,
        fmin=50,
        fmax=7600,
        htk=True,
        norm=None,
        pad_mode="reflect",
    )
    np.testing.assert_allclose(MelPitch().frames(y)[:, :64], np.log(theirs + 1e-8).T, atol=1e-4 * 18.4)


def pulses(f0, seconds=0.5):
    """A glottal pulse train: all harmonics below 4 kHz, in phase, falling with 6 dB an octave."""
    time = np.arange(round(16000 * seconds)) / 16000
    return sum(np.cos(2 * np.pi * k * f0 * time) / k for k in range(1, int(4000 / f0) + 1)).astype(np.float32) * 0.1


@pytest.mark.parametrize("f0", [70.0, 90.0, 110.0, 147.3, 200.0, 261.6, 330.0, 415.0, 470.0])
@pytest.mark.parametrize("sound", ["tone", "pulses"])
def test_the_pitch_of_a_periodic_sound_is_its_frequency(f0, sound):
    y = pulses(f0) if sound == "pulses" else np.sin(2 * np.pi * f0 / 16000 * np.arange(8000, dtype=np.float32))
    inside = MelPitch().frames(y)[3:-3]
    assert np.abs(inside[:, F0] / f0 - 1).max() < 0.02  # whole samples of lag: 1.5 % at 470 Hz
    assert inside[:, VOICING].min() > 0.97


def test_noise_and_silence_are_unvoiced():
    noise = np.random.default_rng(3).standard_normal(32000).astype(np.float32) * 0.1
    assert np.percentile(MelPitch().frames(noise)[:, VOICING], 95) < 0.3
    np.testing.assert_array_equal(MelPitch().frames(0 * noise)[:, [F0, VOICING]], 0)


def test_an_offset_is_no_pitch():
    """Silence on a constant voltage has none, and a voice keeps its own."""
    assert MelPitch().frames(np.full(8000, 0.5, np.float32))[:, VOICING].max() == 0
    voice = pulses(130.0)
    np.testing.assert_allclose(MelPitch().frames(voice + 0.5)[:, F0], MelPitch().frames(voice)[:, F0])


def test_a_gain_changes_nothing_in_the_sequence():
    y = read(EMODB[3]).samples
    np.testing.assert_allclose(MelPitch().compute(y / 4), MelPitch().compute(y), atol=0.03)  # of 1e-8 beside the energy


def test_quiet_edges_go_but_for_two_frames():
    y = np.concatenate([np.zeros(16000), pulses(150.0), np.zeros(16000)]).astype(np.float32)
    assert len(MelPitch(trim_db=0.0).compute(y)) == 1 + len(y) // 256
    assert 36 <= len(MelPitch().compute(y)) <= 38  # 31 in the sound, one at each edge, two beside it


def test_a_clip_without_a_voiced_frame_has_no_relative_pitch():
    noise = np.random.default_rng(1).standard_normal(16000).astype(np.float32)
    np.testing.assert_array_equal(MelPitch().compute(noise)[:, 64], 0)


def test_a_minute_is_answered():
    assert MelPitch().compute(np.tile(read(EMODB[0]).samples, 40)[: 60 * 16000]).shape[1] == 66


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 2000),
    st.lists(st.integers(0, 1500), min_size=1, max_size=12),
    st.sampled_from([64, 160, 256, 512]),
)
def test_a_stream_gives_the_bits_of_the_whole_clip_however_it_is_cut(seed, pieces, hop):
    made, count = MelPitch(bands=20, hop=hop), sum(pieces)
    assume(count)
    y = np.random.default_rng(seed).standard_normal(count).astype(np.float32)
    stream, frames = made.stream(), []
    for begin, length in zip(np.cumsum([0, *pieces]), pieces, strict=False):
        frames.append(stream.feed(y[begin : begin + length]))
    frames = np.concatenate([*frames, stream.end()])
    np.testing.assert_array_equal(frames, made.frames(y))
    np.testing.assert_array_equal(made.normalise(frames), made.compute(y))


def test_the_stream_has_bounded_memory():
    stream = MelPitch().stream()
    before = stream.state_bytes
    assert len(stream.feed(np.zeros(160_000, np.float32))) == 1 + (160_000 - 513) // 256
    assert stream.state_bytes == before < 1_000_000


def test_a_clip_is_brought_to_its_rate():
    clip = Clip(np.sin(np.arange(48000, dtype=np.float32) * (2 * np.pi * 250 / 48000)), 48000)
    frames = MelPitch().frames(clip)
    assert frames.shape == (63, 69) and frames[30, F0] == 250


def test_it_is_registered_as_a_sequence():
    made = FEATURES["melpitch.v1"]
    assert made.sequence and made.rate == 16000 and made.size == 66 == sum(size for _, size in made.blocks)
    assert len(MelPitch().frame_names) == 69


def test_no_samples_are_an_error():
    with pytest.raises(AudioError, match="no samples"):
        MelPitch().compute(np.zeros(0, np.float32))


def test_frames_of_other_settings_are_refused():
    with pytest.raises(ConfigError, match=r"\(10, 64\); accepted: \(frames, 69\)"):
        MelPitch().normalise(np.zeros((10, 64), np.float32))


@pytest.mark.parametrize("wrong", [{"bands": 0}, {"hop": 600}, {"trim_db": -1.0}, {"floor": 0.0}, {"high_hz": 9000.0}])
def test_wrong_settings_are_refused(wrong):
    with pytest.raises(ConfigError, match="accepted"):
        MelPitch(**wrong)
