"""Lines for a voice: what mixing, centring and teaching must do, against formulas and scikit-learn."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from undertone.bundle import PersonalLine
from undertone.errors import BundleError
from undertone.evaluation import log_probabilities, softmax
from undertone.recognition.known_voice import (
    BIAS_VARIANCE,
    HESITATION,
    NETWORK_HESITATION,
    SLOPE_VARIANCE,
    Line,
    general_line,
    known_line,
    taught_line,
    voice_mean,
    with_line,
)

SILENT = np.zeros(3)  # what a bundle without a network beside its line adds


def drawn(seed: int = 0, statistics: int = 6, classes: int = 3):
    rng = np.random.default_rng(seed)

    def draw(*shape: int) -> np.ndarray:
        return rng.standard_normal(shape).astype(np.float32)

    scales = np.exp(draw(2, statistics))
    general = Line(draw(statistics), scales[0], draw(statistics, classes), draw(classes))
    personal = PersonalLine(scales[1], draw(statistics, classes), draw(classes), 1.5)
    return general, personal, draw(20, statistics)


def test_logits_are_mixed_by_the_number_of_clips():
    general, personal, x = drawn()
    mean, share = voice_mean(x), 30 / (30 + HESITATION)
    expected = share * (((x - mean) * personal.inv_scale) @ personal.weights + personal.bias)
    expected += (1 - share) * general.logits(x)
    assert known_line(general, personal, mean, SILENT, clips=30).logits(x) == pytest.approx(expected, abs=1e-4)


def test_many_clips_make_it_the_personal_line_and_none_the_general_one():
    general, personal, x = drawn(1)
    many = known_line(general, personal, voice_mean(x), SILENT, clips=10**9)
    assert many.weights == pytest.approx(personal.weights, abs=1e-6)
    none = known_line(general, personal, voice_mean(x), SILENT, clips=0)
    assert none.logits(x) == pytest.approx(general.logits(x), abs=1e-4)


def test_a_voice_that_lies_elsewhere_is_answered_alike_by_many_clips():
    general, personal, x = drawn(2)
    moved = x + np.float32(7)
    here, there = (known_line(general, personal, voice_mean(side), SILENT, clips=10**9) for side in (x, moved))
    assert there.logits(moved) == pytest.approx(here.logits(x), abs=1e-3)


def test_a_network_that_hears_a_voice_as_sad_whatever_it_says_is_corrected_by_many_clips():
    general, personal, x = drawn(2)
    rest = np.random.default_rng(3).standard_normal((20, 3))
    biased = rest + np.array([0.0, 3.0, 0.0])
    sides = []
    for network in (rest, biased):
        line = known_line(general, personal, voice_mean(x), voice_mean(network), clips=10**9)
        sides.append(log_probabilities(softmax(network + line.logits(x))))
    assert sides[0] == pytest.approx(sides[1], abs=1e-4)


def test_few_clips_take_a_part_of_the_networks_mean_away():
    general, personal, x = drawn(2)
    mean, rest = voice_mean(x), np.array([0.0, 3.0, 0.0])
    without, with_it = (known_line(general, personal, mean, r, clips=NETWORK_HESITATION) for r in (SILENT, rest))
    assert with_it.bias - without.bias == pytest.approx(-0.5 * (rest - 1), abs=1e-5)


def test_a_label_that_is_said_more_often_does_not_pull_the_mean():
    x, labels = np.float32([[0.0], [0], [0], [0], [10]]), np.array([0, 0, 0, 0, 1])
    assert voice_mean(x) == 2 and voice_mean(x, labels) == 5


def test_teaching_is_a_regularised_logistic_regression():
    """Without anything beforehand, and with equal variances, it is scikit-learn's with that penalty."""
    rng = np.random.default_rng(5)
    labels = np.repeat(np.arange(3), 8)
    x = (rng.standard_normal((24, 5)) + labels[:, None]).astype(np.float32)
    line = Line(np.zeros(5, np.float32), np.ones(5, np.float32), np.zeros((5, 3), np.float32), np.zeros(3, np.float32))
    taught = taught_line(line, x, np.zeros((24, 3)), labels)
    # its intercept has no penalty: as a sixth column of the right size it has
    column = np.full((24, 1), np.sqrt(BIAS_VARIANCE / (SLOPE_VARIANCE / 5)))
    peer = LogisticRegression(C=SLOPE_VARIANCE / 5, fit_intercept=False, tol=1e-9, max_iter=5000)
    peer.fit(np.hstack([x, column]), labels)
    assert taught.weights == pytest.approx(peer.coef_[:, :5].T, abs=2e-3)
    assert taught.bias == pytest.approx(peer.coef_[:, 5] * column[0], abs=2e-3)


def test_what_was_not_said_is_not_taught():
    general, _, x = drawn(3)
    labels = np.array([0, 2] * 10)
    taught = taught_line(general, x, np.zeros((20, 3)), labels)
    assert taught.weights[:, 1].tobytes() == general.weights[:, 1].tobytes() and taught.bias[1] == general.bias[1]
    right = (taught.logits(x)[:, [0, 2]].argmax(axis=1) * 2 == labels).mean()
    assert right > (general.logits(x)[:, [0, 2]].argmax(axis=1) * 2 == labels).mean()


def test_what_is_only_rounding_is_not_learned_from():
    general, _, x = drawn(4)
    x[:, 2] *= 1e-6
    line = dataclasses.replace(
        general, inv_scale=np.where(np.arange(6) == 2, 1e6, general.inv_scale).astype(np.float32)
    )
    taught = taught_line(line, x, np.zeros((20, 3)), np.arange(20) % 3)
    assert taught.weights[2].tobytes() == line.weights[2].tobytes()
    assert (taught.weights[[0, 1, 3, 4, 5]] != line.weights[[0, 1, 3, 4, 5]]).all()


def test_clips_that_are_answered_surely_and_rightly_teach_nothing():
    general, _, x = drawn(4)
    labels = general.logits(x).argmax(axis=1)
    taught = taught_line(general, x, 50 * np.eye(3)[labels], labels)
    assert taught.weights == pytest.approx(general.weights, abs=1e-4)


def test_a_line_stands_in_its_network(lined_bundle):
    line = general_line(lined_bundle)
    same = with_line(lined_bundle, line, limit=2.5)
    assert same.personal is None and same.doubt == lined_bundle.doubt
    assert same.mean.tobytes() == lined_bundle.mean.tobytes()
    other = with_line(lined_bundle, dataclasses.replace(line, mean=line.mean + 1), limit=3.5)
    assert other.doubt.limit == 3.5 and np.array_equal(other.mean, lined_bundle.mean + 1)
    assert lined_bundle.doubt.limit == 2.5, "the general bundle stays as it is"


def test_a_network_without_a_line_is_refused(small_bundle):
    with pytest.raises(BundleError, match="small: its network has no line over statistics, so no voice"):
        general_line(small_bundle)
