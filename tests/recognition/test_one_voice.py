"""Following one voice: the first answer is the general one, the others know what was heard, and nothing else does."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from undertone.audio.read import read
from undertone.bundle import score
from undertone.bundle.model import whole_scores
from undertone.errors import BundleError, InputError
from undertone.evaluation import Doubt, softmax
from undertone.recognition import predict_clip
from undertone.recognition.known_voice import general_line, known_line
from undertone.recognition.one_voice import follow_clip, nobody
from undertone.recognition.shipped import load_or_shipped
from undertone.recognition.voice import Voice, answers, line_of, listen
from undertone.types import Clip

from ..conftest import CLIPS

RATE = 16_000


def sound(seed: int, pitch: float, seconds: float = 1.0, rate: int = RATE) -> Clip:
    rng, time = np.random.default_rng(seed), np.arange(round(rate * seconds)) / rate
    tone = sum(np.sin(2 * np.pi * k * pitch * time) / k for k in range(1, 9))
    return Clip((0.1 * tone + 0.01 * rng.standard_normal(len(time))).astype(np.float32), rate)


@pytest.fixture(scope="module")
def clips():
    return [sound(number, 100 * 1.5 ** (number % 3) + number) for number in range(8)]


@pytest.fixture(scope="module")
def plain(lined_bundle):
    """The bundle without doubt: all that sounds is heard."""
    return dataclasses.replace(lined_bundle, doubt=None)


def followed(bundle, clips):
    voice, told = nobody(bundle), []
    for clip in clips:
        prediction, voice = follow_clip(bundle, voice, clip)
        told.append(prediction.scores)
    return np.stack(told), voice


def test_the_first_answer_is_the_general_one_to_the_bit(lined_bundle, clips):
    prediction, voice = follow_clip(lined_bundle, nobody(lined_bundle), clips[0])
    assert np.array_equal(prediction.scores, predict_clip(lined_bundle, clips[0]).scores)
    assert nobody(lined_bundle).segments == 0 and voice.mean.shape == (162,)


def test_each_answer_is_that_of_the_line_of_the_clips_before(plain, clips):
    """The oracle is what `adapt` would make of the clips before: its line in the place of the general one."""
    told, _ = followed(plain, clips)
    heard = listen(plain, clips)
    for place in range(1, len(clips)):
        line = line_of(plain, heard.where(np.arange(place)), None)
        own = heard.where(np.array([place]))
        assert told[place] == pytest.approx(answers(plain, own, line, limit=np.inf)[0], abs=1e-4)
    general = np.stack([score(plain, clip).scores for clip in clips])
    assert np.abs(told - general).max() > 0.03, "the voice does change the answers"


def test_what_is_known_is_the_mean_of_all_segments(plain, clips):
    _, voice = followed(plain, clips)
    heard = listen(plain, clips)
    assert voice.segments == len(heard.x) == 8
    assert voice.mean == pytest.approx(heard.x.mean(axis=0, dtype=np.float64))
    assert voice.rest == pytest.approx(heard.rest.mean(axis=0), abs=1e-5)


def test_a_long_recording_is_its_segments_one_after_the_other(plain):
    clip = sound(3, 150.0, 7.5, plain.frontend.rate)
    cuts = [Clip(piece, clip.rate) for piece in np.split(clip.samples, 3)]
    prediction, voice = follow_clip(plain, nobody(plain), clip)
    told, apart = followed(plain, cuts)
    assert prediction.segment_scores == pytest.approx(told, abs=1e-6)
    assert prediction.scores == pytest.approx(whole_scores([2.5] * 3, told), abs=1e-6)
    assert voice.segments == 3 and np.array_equal(voice.mean, apart.mean)


def test_doubt_is_mixed_from_what_is_strange_and_what_is_strange_for_the_voice(plain, clips):
    """Of 20 segments the line has half of the say, and so has its strangeness."""
    x = listen(plain, clips).x.astype(np.float64)
    limits = (1.0, 0.01)
    bundle = dataclasses.replace(
        plain, doubt=Doubt(limits[0]), personal=dataclasses.replace(plain.personal, limit=limits[1])
    )
    mean, general = x.mean(axis=0), general_line(plain)
    voice = dataclasses.replace(nobody(bundle), segments=20, mean=mean)
    line = known_line(general, plain.personal, mean, voice.rest, clips=20)
    squares = [np.mean(np.square((x[0] - general.mean) * general.inv_scale)) / limits[0] ** 2]
    squares += [np.mean(np.square((x[0] - mean) * bundle.personal.inv_scale)) / limits[1] ** 2]
    softening = np.sqrt(np.mean(squares))
    assert softening > 1
    expected = softmax(line.logits(x[:1].astype(np.float32)) / (softening * bundle.temperature))[0]
    assert follow_clip(bundle, voice, clips[0])[0].scores == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("name", ["silence", "hum", "noise"])
def test_what_is_no_voice_is_answered_and_teaches_nothing(name):
    bundle, time = load_or_shipped(None), np.arange(3 * RATE) / RATE
    sounds = {
        "silence": np.zeros(len(time)),
        "hum": 0.1 * np.sign(np.sin(2 * np.pi * 50 * time)),
        "noise": 0.1 * np.random.default_rng(0).standard_normal(len(time)),
    }
    _, voice = follow_clip(bundle, nobody(bundle), read(sorted(CLIPS.glob("08*.flac"))[0]))
    prediction, after = follow_clip(bundle, voice, Clip(sounds[name].astype(np.float32), RATE))
    assert after is voice and voice.segments == 1
    assert prediction.scores.sum() == pytest.approx(1, abs=1e-5)


def test_a_bundle_that_cannot_follow_a_voice_says_why(lined_bundle, small_bundle):
    with pytest.raises(BundleError, match="holds no line for a known voice, so it cannot follow one: train it again"):
        nobody(small_bundle)
    with pytest.raises(BundleError, match="its network is in integers, which cannot follow one voice; take the bundle"):
        nobody(load_or_shipped(Path("english-tiny")))
    card = dataclasses.replace(lined_bundle.card, recipe={"adapted": {"clips": 10}})
    with pytest.raises(BundleError, match="is for one voice already, so it follows none; take the general bundle"):
        nobody(dataclasses.replace(lined_bundle, card=card))


def test_a_score_out_of_range_is_refused(lined_bundle, clips):
    with pytest.raises(InputError, match="unknown_below=2; accepted: a score, 0 to 1"):
        follow_clip(lined_bundle, nobody(lined_bundle), clips[0], unknown_below=2)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["emodb", "english"])
def test_the_bundles_that_ship_follow_a_speaker(name):
    """All clips of speaker 08: as `adapt` would answer each of the clips before it."""
    bundle = dataclasses.replace(load_or_shipped(Path(name)), doubt=None)
    clips = [read(path) for path in sorted(CLIPS.glob("08*.flac"))]
    told, _ = followed(bundle, clips)
    heard = listen(bundle, clips)
    for place in range(5, len(clips), 7):
        before = heard.where(np.arange(place))
        assert isinstance(before, Voice)
        rest, mean = before.rest.mean(axis=0), before.x.mean(axis=0, dtype=np.float64)
        line = known_line(general_line(bundle), bundle.personal, mean, rest, clips=len(before.x))
        own = heard.where(np.array([place]))
        assert len(own.x) > 1 or told[place] == pytest.approx(answers(bundle, own, line, limit=np.inf)[0], abs=1e-3)
