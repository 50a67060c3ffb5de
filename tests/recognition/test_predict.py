"""Any recording is answered; what makes an answer doubtful is noted; what cannot be heard is refused."""

from __future__ import annotations

import numpy as np
import pytest
import soundfile

from undertone.errors import AudioError, NotFoundError
from undertone.recognition import predict_clip, predict_file
from undertone.types import Clip

RATES = (8000, 16000, 44100, 48000, 96000)


@pytest.fixture
def reference(bundle, record):
    """Return the answer to a second of the voice at 44.1 kHz."""
    return predict_file(bundle, record("reference.wav", rate=44100))


@pytest.mark.parametrize("name", ["a.wav", "a.flac", "a.mp3", "a.ogg"])
def test_formats(bundle, record, reference, name) -> None:
    answer = predict_file(bundle, record(name, rate=44100))
    assert answer.label == reference.label
    assert answer.scores == pytest.approx(reference.scores, abs=0.1), "lossy coding moves the scores a little"
    assert answer.scores.sum() == pytest.approx(1, abs=1e-6)
    assert answer.notes == ()


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("channels", [1, 2, 6])
def test_rates_and_channels(bundle, record, rate, channels) -> None:
    answer = predict_file(bundle, record("a.wav", rate=rate, channels=channels))
    mono = predict_file(bundle, record("mono.wav", rate=rate))
    assert answer.scores == pytest.approx(mono.scores, abs=1e-5), "the mean of equal channels is each of them"
    wanted = ["above 48000 Hz"] * (rate > 48000) + ["more than 2 channels"] * (channels > 2)
    assert len(answer.notes) == len(wanted)
    assert all(words in note for words, note in zip(wanted, answer.notes, strict=True))


def test_equal_samples_are_equal_answers_whatever_holds_them(bundle, record) -> None:
    sound = (np.round(np.random.default_rng(1).normal(0, 0.1, 60000) * 32768) / 32768).astype(np.float32)
    wav, flac = (
        predict_file(bundle, record(name, rate=22050, sound=sound, subtype="PCM_16")) for name in ("a.wav", "a.flac")
    )
    memory = predict_clip(bundle, Clip(sound, 22050))
    for answer in (flac, memory):
        assert answer.scores.tobytes() == wav.scores.tobytes()
        assert answer.segment_scores.tobytes() == wav.segment_scores.tobytes()


@pytest.mark.parametrize("seconds", [0.05, 1.0, 3.7, 3.8, 5.0, 61.3])
def test_segments_cover_all_of_it(bundle, record, seconds) -> None:
    path = record("a.wav", seconds, rate=8000)
    answer = predict_file(bundle, path)
    begins, ends = [s.begin_s for s in answer.segments], [s.end_s for s in answer.segments]
    assert begins[0] == 0
    assert begins[1:] == ends[:-1], "no gap, no overlap"
    assert ends[-1] == pytest.approx(soundfile.info(path).duration, abs=1 / 8000)
    lengths = np.subtract(ends, begins)
    assert len(lengths) == max(1, round(seconds / 2.5))
    assert lengths.max() < 3.75 + 1e-3
    assert answer.segment_scores.shape == (len(lengths), 3)
    assert answer.segment_scores.sum(axis=1) == pytest.approx(1, abs=1e-6)
    assert answer.scores == pytest.approx(lengths @ answer.segment_scores / lengths.sum(), abs=1e-6)


@pytest.mark.parametrize(
    ("sound", "note"),
    [
        (np.full(800, 0.1, np.float32), "shorter than 0.25 s"),
        (np.zeros(16000, np.float32), "digital silence"),
        (np.clip(4 * np.sin(np.arange(16000) / 9), -1, 1).astype(np.float32), "clipped"),
    ],
)
def test_what_makes_an_answer_doubtful_is_noted(bundle, record, sound, note) -> None:
    answer = predict_file(bundle, record("a.wav", sound=sound))
    assert len(answer.notes) == 1
    assert note in answer.notes[0]
    assert np.isfinite(answer.scores).all()


def test_one_sample_is_answered(bundle, record) -> None:
    answer = predict_file(bundle, record("a.wav", sound=np.ones(1, np.float32)))
    assert answer.scores.sum() == pytest.approx(1, abs=1e-6)


def test_the_label_is_the_first_of_the_best(bundle) -> None:
    answer = predict_clip(bundle, Clip(np.zeros(9000, np.float32), 16000), file="x")
    assert answer.label == answer.labels[int(np.argmax(answer.scores))]
    assert answer.file == "x"


def test_what_cannot_be_heard_is_refused_by_name(bundle, record, tmp_path) -> None:
    with pytest.raises(NotFoundError, match="nowhere"):
        predict_file(bundle, str(tmp_path / "nowhere.wav"))
    bad = record("nan.wav", sound=np.array([0, np.nan], np.float32), subtype="FLOAT")
    with pytest.raises(AudioError, match=r"nan\.wav: sample 1 is NaN"):
        predict_file(bundle, bad)


def test_a_front_end_that_finds_nothing_names_the_file(bundle, record) -> None:
    import dataclasses

    late = dataclasses.replace(bundle, frontend=dataclasses.replace(bundle.frontend, segmentation="article"))
    with pytest.raises(AudioError, match=r"short\.wav: .*skips the first 0\.6 s"):
        predict_file(late, record("short.wav", 0.5))
