import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax, softmax
from sklearn.calibration import calibration_curve

from undertone.errors import InputError
from undertone.evaluation import apply_temperature, calibration_error, fit_temperature, log_probabilities, reliability


def overconfident(temperature, count=4000, seed=0):
    """Draw labels from distributions and state those distributions sharpened by a temperature."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, 1.5, (count, 5))
    labels = (softmax(logits, axis=1).cumsum(axis=1) > rng.random((count, 1))).argmax(axis=1)
    return softmax(logits * temperature, axis=1), labels


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.5])
def test_temperature_is_found_again(temperature):
    stated, labels = overconfident(temperature)
    found = fit_temperature(log_probabilities(stated), labels)
    assert found == pytest.approx(temperature, rel=0.06)
    peer = minimize_scalar(
        lambda t: -log_softmax(np.log(stated) / t, axis=1)[np.arange(len(labels)), labels].mean(), bounds=(0.25, 20)
    )
    assert found == pytest.approx(peer.x, rel=1e-4)


@given(st.lists(st.floats(0, 1), min_size=2, max_size=8).filter(any), st.floats(0.25, 20))
def test_applied(weights, temperature):
    p = np.array(weights) / np.sum(weights)
    scores = apply_temperature(p, temperature)
    assert scores.dtype == np.float32
    assert scores.sum() == pytest.approx(1, abs=1e-5)
    assert scores == pytest.approx(softmax(np.log(np.maximum(p, 1e-30)) / temperature), abs=1e-6)
    assert scores[p.argmax()] == scores.max()


def test_calibration_error_by_hand():
    # Two bins: (0, 0.5] holds one answer stated at 0.5 and wrong; (0.5, 1] holds 0.8 right and 0.6 wrong.
    scores, labels = [[0.5, 0.5], [0.8, 0.2], [0.6, 0.4]], [1, 0, 1]
    assert calibration_error(scores, labels, bins=2) == pytest.approx((0.5 + abs((0.2 - 0.6))) / 3)
    assert calibration_error([[1.0, 0.0]], [0]) == 0


def test_reliability_against_scikit_learn():
    stated, labels = overconfident(2.0)
    found = reliability(stated, labels)
    best, right = stated.max(axis=1), stated.argmax(axis=1) == labels
    shares, means = calibration_curve(right, best, n_bins=15)
    assert [b.right for b in found] == pytest.approx(shares)
    assert [b.score for b in found] == pytest.approx(means)
    assert sum(b.count for b in found) == len(labels)


@pytest.mark.parametrize(("shape", "labels"), [((0, 3), []), ((2, 3), [1])])
def test_shapes(shape, labels):
    with pytest.raises(InputError, match="a temperature needs"):
        fit_temperature(np.zeros(shape), np.array(labels, dtype=int))
