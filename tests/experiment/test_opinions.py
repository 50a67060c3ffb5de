"""Network and line, weighed by the other folds."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from undertone.evaluation import fit_pool, softmax
from undertone.experiment.opinions import Opinions, of_known
from undertone.experiment.protocol import FoldAnswers, weighed

CLASSES = 3


def fold(number: int, *, few: bool = False) -> FoldAnswers:
    """Twelve clips, the last of two segments; the line is right, the network guesses."""
    rng = np.random.default_rng(number)
    truth = np.arange(12) % CLASSES
    clip = [*range(12), 11]
    line = 2 * np.eye(CLASSES)[truth[clip]] + rng.normal(size=(13, CLASSES))
    network = rng.normal(size=(13, CLASSES))
    tables = [tuple(map(tuple, t.tolist())) for t in (network, line, network[:, ::-1], line[:, ::-1])]
    seconds = (*[1.0] * 12, 3.0)
    return FoldAnswers(
        protocol="made.loso",
        fold=f"fold {number}",
        seed=0,
        settings="made",
        labels=("a", "b", "c"),
        clips=tuple(f"clip {i}" for i in range(12)),
        speakers=(f"speaker {number}",) * 12,
        sexes=(None,) * 12,
        truth=tuple(truth.tolist()),
        answers=(0,) * 12,
        epoch=1,
        opinions=Opinions(tuple(clip), seconds, *tables, weights=(1.0, 0.25), few_speakers=few),
    )


def test_a_folds_own_answers_have_no_say_in_its_weights():
    folds = [fold(number) for number in range(3)]
    lies = dataclasses.replace(folds[0], truth=tuple((t + 1) % CLASSES for t in folds[0].truth))
    honest, lying = weighed(folds), weighed([lies, *folds[1:]])
    assert honest[0].weights == lying[0].weights
    assert honest[1].weights != lying[1].weights
    others = [f.opinions for f in folds[1:]]
    logits = [np.concatenate([np.array(getattr(o, name)) for o in others]) for name in ("network", "line")]
    truth = np.concatenate([np.array(f.truth)[list(f.opinions.clip)] for f in folds[1:]])
    assert honest[0].weights == pytest.approx(fit_pool(logits, truth))


def test_a_clips_answer_is_its_segments_by_their_length():
    (answered,) = weighed([fold(0)])
    own = fold(0).opinions
    rows = softmax(np.array(own.network) + 0.25 * np.array(own.line))
    assert answered.scores[11] == pytest.approx((rows[11] + 3 * rows[12]) / 4, abs=1e-4)
    assert answered.weights == (1.0, 0.25), "nobody else is there to say otherwise"
    assert answered.opinions is None and answered.speaker_known != answered.scores


def test_where_the_speaker_is_known_both_sides_know_it():
    (answered,) = weighed([fold(0)])
    own = fold(0).opinions
    rows = softmax(np.array(own.known) + 0.25 * np.array(own.personal))
    assert answered.speaker_known[0] == pytest.approx(rows[0], abs=1e-4)


def test_a_network_that_hears_a_voice_as_sad_whatever_it_says_is_not_believed():
    logits, voices = np.random.default_rng(0).normal(size=(12, CLASSES)), ["a"] * 5 + ["b"] * 7
    biased = logits.copy()
    biased[:5] += [0.0, 3.0, 0.0]  # of one voice
    biased += np.arange(12)[:, None]  # logarithms of probabilities are no more than logits up to a constant
    assert of_known(biased, voices) == pytest.approx(of_known(logits, voices))
    assert of_known(logits, voices)[:5].sum(axis=0) == pytest.approx(np.zeros(CLASSES))


def test_with_few_speakers_the_settings_decide():
    assert {answered.weights for answered in weighed([fold(n, few=True) for n in range(3)])} == {(1.0, 0.25)}
