"""What tells a label unheard: found where it is put in, on other speakers only; not found where there is nothing."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from undertone.corpora import check, load
from undertone.corpora.side_channels import SideChannel, side_channels, told
from undertone.errors import ProtocolError
from undertone.experiment.guard import guarded
from undertone.types import Corpus, Fold, Utterance

SPEAKERS = ("anna", "ben", "cleo", "dora")


@pytest.fixture
def made(tmp_path):
    """Return a maker of a corpus of noises, 20 a speaker, each written as ``how(label, number)`` says."""

    def make(how) -> Corpus:
        rng = np.random.default_rng(5)
        clips = []
        for speaker in SPEAKERS:
            for number in range(20):
                label = ("happy", "sad")[number % 2]
                path = tmp_path / f"{speaker}-{label}-{rng.integers(1 << 30)}.wav"
                options = {"rate": 8000, "length": rng.uniform(0.2, 0.4), "gain": rng.uniform(0.05, 0.3), "lead": 0.0}
                options |= {"offset": 0.0, "subtype": "PCM_16", **how(label, rng)}
                noise = options["gain"] * rng.uniform(-1, 1, int(options["length"] * options["rate"]))
                quiet = np.zeros(int(options["lead"] * options["rate"]))
                samples = np.concatenate([quiet, noise + options["offset"]])
                soundfile.write(path, samples, options["rate"], subtype=options["subtype"])
                clips.append(Utterance(path, "made", speaker, label))
        return Corpus("made", tuple(clips))

    return make


CASES = {
    "rate": lambda label, rng: {"rate": 8000 if label == "sad" else 16000},
    "encoding": lambda label, rng: {"subtype": "PCM_24" if label == "sad" else "PCM_16"},
    "length": lambda label, rng: {"length": rng.uniform(0.2, 0.3) + 0.2 * (label == "sad")},
    "silence before": lambda label, rng: {"lead": rng.uniform(0, 0.1) + 0.2 * (label == "sad")},
    "level": lambda label, rng: {"gain": rng.uniform(0.05, 0.1) + 0.2 * (label == "sad")},
    "offset": lambda label, rng: {"offset": 0.1 * (label == "sad"), "length": 1.0},
}


@pytest.mark.parametrize("name", CASES)
def test_what_was_put_in_is_found_and_stops_the_run_by_name(made, name):
    corpus = made(CASES[name])
    channel = next(channel for channel in side_channels(corpus) if channel.name == name)
    assert channel.uar > 0.9 and channel.chance == 0.5 and channel.leaks
    assert any(f.weight == "fault" and f.text.startswith(f"{name} alone") for f in check(corpus).findings)
    test = tuple(i for i, u in enumerate(corpus.utterances) if u.speaker == "anna")
    fold = Fold("x", tuple(i for i in range(len(corpus)) if i not in test), (), test)
    with pytest.raises(ProtocolError, match=rf"too good a figure: .*{name} alone, unheard, tells the label"):
        guarded(corpus, fold)
    stamped = guarded(corpus, fold, allow_leaks=True)
    assert not stamped.honest and f"{name} alone" in stamped.why


def test_where_nothing_was_put_in_nothing_is_found(made):
    corpus = made(lambda label, rng: {})
    assert not [channel for channel in side_channels(corpus) if channel.sure]


def test_what_holds_for_one_speaker_only_tells_nothing_of_others(made):
    """Rates that name the label, otherwise for each speaker."""
    flips = dict.fromkeys(SPEAKERS, 0)
    corpus = made(lambda label, rng: {"rate": 8000})
    for number, utterance in enumerate(corpus.utterances):
        speaker = SPEAKERS.index(utterance.speaker)
        flips[utterance.speaker] += 1
        samples, _ = soundfile.read(utterance.path)
        rates = (8000, 11025, 12000, 16000, 22050, 24000, 44100, 48000)
        soundfile.write(utterance.path, samples, rates[2 * speaker + number % 2])
    rate = next(channel for channel in side_channels(corpus) if channel.name == "rate")
    assert not rate.leaks


def test_the_classifier_agrees_with_naive_bayes_of_scikit_learn():
    sklearn = pytest.importorskip("sklearn.naive_bayes")
    rng = np.random.default_rng(2)
    labels, group = rng.integers(0, 3, 400), rng.integers(0, 4, 400)
    words = np.where(rng.random(400) < 0.5, labels, rng.integers(0, 5, 400))
    right, seen = np.zeros(3), np.zeros(3)
    for judged in range(4):
        train, test = group != judged, group == judged
        model = sklearn.CategoricalNB(alpha=1e-9, class_prior=[1 / 3] * 3, force_alpha=True)
        guess = model.fit(words[train, None], labels[train]).predict(words[test, None])
        np.add.at(right, labels[test], guess == labels[test])
        np.add.at(seen, labels[test], 1)
    assert told([str(w) for w in words], labels, group, classes=3) == pytest.approx((right / seen).mean())


def test_few_clips_are_no_proof():
    assert not SideChannel("rate", 0.6, 0.5, 100).sure
    assert not SideChannel("rate", 1.0, 0.5, 59).sure
    assert SideChannel("rate", 0.8, 0.5, 400).leaks
    assert not SideChannel("number in the name", 1.0, 0.5, 400).leaks


def test_corpora_that_cannot_tell_are_left_alone(tmp_path):
    clip = Utterance(Path("gone.wav"), "x", "a", "sad")
    assert side_channels(Corpus("x", (clip,))) == ()


def test_emodb_is_cut_a_little_by_emotion_and_can_be_used():
    findings = check(load("emodb")).findings
    assert any(f.weight == "limit" and f.text.startswith("noise floor alone") for f in findings)
    assert not [f for f in findings if f.weight == "fault"]
