from __future__ import annotations

import io

import numpy as np
import pytest
import soundfile
import soxr

from undertone.audio.read import read
from undertone.audio.write import write
from undertone.corpora import load
from undertone.corpora.likeness import near_equal
from undertone.types import Clip

CLIPS = [u.path for u in load("emodb").utterances[::18]]


def louder(clip, rng):
    return Clip(0.25 * clip.samples, clip.rate)


def resampled(clip, rng):
    return Clip(soxr.resample(clip.samples, clip.rate, 22050), 22050)


def noisy(clip, rng):
    noise = rng.standard_normal(clip.samples.size) * clip.samples.std() * 10 ** (-20 / 20)
    return Clip((clip.samples + noise).astype(np.float32), clip.rate)


def cut(clip, rng):
    return Clip(clip.samples[clip.rate // 10 : -clip.rate // 10], clip.rate)


def coded(clip, rng):
    file = io.BytesIO()
    soundfile.write(file, clip.samples, clip.rate, format="MP3")
    file.seek(0)
    samples, rate = soundfile.read(file, dtype="float32")
    return Clip(samples, rate)


@pytest.mark.parametrize("change", [louder, resampled, noisy, cut, coded])
def test_changed_copies_are_found_among_other_takes(change, tmp_path):
    rng = np.random.default_rng(1)
    copied = [0, 7, 20]
    copies = []
    for index in copied:
        copies.append(tmp_path / f"{index}.wav")
        write(copies[-1], change(read(CLIPS[index]), rng))
    groups = near_equal([*CLIPS, *copies])
    assert groups == tuple((index, len(CLIPS) + number) for number, index in enumerate(copied))


def test_two_takes_of_one_sentence_by_one_speaker_are_not_copies():
    clips = [u.path for u in load("emodb").utterances if u.speaker == "03" and u.sentence == "a01"]
    assert len(clips) > 2
    assert near_equal(clips) == ()


def test_silence_and_what_cannot_be_read_equal_nothing(tmp_path):
    for name in ("a.wav", "b.wav"):
        write(tmp_path / name, Clip(np.zeros(4000, np.float32), 8000))
    (tmp_path / "c.wav").write_text("no sound")
    assert near_equal([tmp_path / "a.wav", tmp_path / "b.wav", tmp_path / "c.wav"]) == ()
    assert near_equal([]) == ()
