"""Adapting a bundle to a voice: what the personal bundle answers, what before and after are, what is refused."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from undertone.bundle import load, save, score
from undertone.errors import BundleError, InputError
from undertone.recognition.adapt import adapt
from undertone.recognition.personal_card import named
from undertone.recognition.voice import answers, cross_fitted, line_of, listen
from undertone.types import Clip

RATE = 16_000


def sound(seed: int, pitch: float, seconds: float = 1.0) -> Clip:
    rng, time = np.random.default_rng(seed), np.arange(round(RATE * seconds)) / RATE
    tone = sum(np.sin(2 * np.pi * k * pitch * time) / k for k in range(1, 9))
    return Clip((0.1 * tone + 0.01 * rng.standard_normal(len(time))).astype(np.float32), RATE)


@pytest.fixture(scope="module")
def clips():
    """Fifteen clips, three kinds by turns: low, middle and high."""
    return [sound(number, 100 * 1.5 ** (number % 3) + number) for number in range(15)]


LABELS = ["angry", "neutral", "sad"] * 5


@pytest.mark.parametrize("labels", [None, LABELS])
def test_the_personal_bundle_answers_as_the_line_does(lined_bundle, clips, labels, tmp_path):
    made = adapt(lined_bundle, clips, labels=labels)
    voice = listen(lined_bundle, clips)
    numbers = None if labels is None else np.array([lined_bundle.labels.index(label) for label in labels])
    line = line_of(lined_bundle, voice, numbers)
    expected = answers(lined_bundle, voice, line, limit=lined_bundle.personal.limit)
    kept = save(named(made, "mine"), tmp_path / "mine.undertone")
    for clip, row in zip(clips, expected, strict=True):
        assert score(kept, clip).scores == pytest.approx(row, abs=1e-4)
    assert made.after.scores.shape == (15, 3) and kept.personal is None and kept.name == "mine"


def test_before_is_the_general_bundles_answer(lined_bundle, clips):
    before = adapt(lined_bundle, clips).before.scores
    assert before == pytest.approx(np.stack([score(lined_bundle, clip).scores for clip in clips]), abs=1e-4)


def test_no_clip_is_answered_by_an_adaptation_that_heard_it(lined_bundle, clips):
    """Whatever its label, the answer to a clip stays; the answers to others follow it."""
    voice, labels = listen(lined_bundle, clips), np.arange(15) % 3
    _, after = cross_fitted(lined_bundle, voice, labels)
    for clip in (0, 7, 14):
        turned = labels.copy()
        turned[clip] = (labels[clip] + 1) % 3
        _, other = cross_fitted(lined_bundle, voice, turned)
        assert np.array_equal(other[clip], after[clip])
        assert not np.array_equal(other, after), "the others do learn from its label"


def test_labels_teach_what_the_bundle_does_not_know(lined_bundle, clips):
    made = adapt(lined_bundle, clips, labels=LABELS)
    assert made.after.uar > 0.9 > made.before.uar
    assert made.gain[0] == made.after.uar - made.before.uar and made.gain[1] > 0


def test_where_nothing_can_be_gained_the_general_bundle_stays(lined_bundle, clips):
    knowing = adapt(lined_bundle, clips, labels=LABELS).bundle
    made = adapt(dataclasses.replace(knowing, personal=lined_bundle.personal), clips, labels=LABELS)
    assert made.before.uar == 1 and made.gain[0] <= 0
    assert made.bundle is None and "are recognised no better" in made.why


def test_fewer_than_ten_clips_leave_the_general_bundle(lined_bundle, clips):
    made = adapt(lined_bundle, clips[:9])
    assert made.bundle is None and made.why.startswith("9 clips tell too little of a voice: 10 are needed")
    assert adapt(lined_bundle, clips[:10]).bundle is not None


def test_the_card_says_what_it_is_for(lined_bundle, clips, tmp_path):
    kept = save(named(adapt(lined_bundle, clips, labels=LABELS), "mine"), tmp_path / "mine.undertone")
    card = load(tmp_path / "mine.undertone").card
    assert card.adapted["clips"] == 15 and card.adapted["seconds"] == 15.0 and card.adapted["labelled"]
    assert card.summary.endswith("Adapted to one voice by 15 clips of it, 15 s, with labels.")
    assert "about evenly" in " ".join(card.limits)
    with pytest.raises(BundleError, match="mine: is for one voice already; adapt the general bundle"):
        adapt(kept, clips)


def test_what_cannot_be_adapted_is_refused(lined_bundle, small_bundle, clips):
    with pytest.raises(BundleError, match=r"small: holds no line for a known voice.*train it again with"):
        adapt(small_bundle, clips)
    with pytest.raises(InputError, match=r"labels that small cannot answer: calm, joy; it has angry, neutral, sad"):
        adapt(lined_bundle, clips, labels=["joy", "calm", *LABELS[2:]])
    with pytest.raises(InputError, match="2 labels for 15 clips"):
        adapt(lined_bundle, clips, labels=LABELS[:2])
    with pytest.raises(InputError, match="all 15 clips are labelled 'sad': two labels at least"):
        adapt(lined_bundle, clips, labels=["sad"] * 15)
    silent = [*clips, Clip(np.zeros(RATE, np.float32), RATE)]
    with pytest.raises(InputError, match=r"1 of 16 clips are silent \(by place: 16\)"):
        adapt(lined_bundle, silent)


def test_without_doubt_it_stays_without(lined_bundle, clips):
    made = adapt(dataclasses.replace(lined_bundle, doubt=None), clips)
    assert made.bundle.doubt is None
