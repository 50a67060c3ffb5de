import numpy as np
import pytest
from scipy.optimize import minimize

from undertone.errors import InputError
from undertone.evaluation import fit_pool, pooled_scores


@pytest.fixture
def two():
    """Two opinions that are right more often than not, for other examples, the second far too sure."""
    rng = np.random.default_rng(2)
    y = rng.choice(4, 400, p=[0.4, 0.3, 0.2, 0.1])
    right = np.eye(4)[y]
    return np.stack([right + rng.normal(size=(400, 4)), 9 * (right + 1.5 * rng.normal(size=(400, 4)))]), y


def loss(weights, opinions, y):
    share = 1 / np.bincount(y)[y]
    logits = np.tensordot(weights, opinions, axes=1)
    logs = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
    return -(share * logs[np.arange(len(y)), y]).sum() / share.sum()


def test_the_weights_are_those_of_scipys_minimum(two):
    opinions, y = two
    theirs = minimize(loss, [0.5, 0.5], args=(opinions, y), method="Nelder-Mead", options={"xatol": 1e-7}).x
    assert fit_pool(opinions, y) == pytest.approx(theirs, abs=1e-3)


def test_both_together_know_more_than_either(two):
    opinions, y = two
    pool = fit_pool(opinions[:, ::2], y[::2])
    rest, truth = opinions[:, 1::2], y[1::2]
    right = [(part.argmax(1) == truth).mean() for part in (pooled_scores(rest, pool), *rest)]
    assert right[0] > max(right[1:])


def test_an_opinion_that_misleads_is_not_heard(two):
    opinions, y = two
    weights = fit_pool(np.stack([opinions[0], -opinions[0] * 0.5 - opinions[1]]), y)
    assert weights[1] == 0 and weights[0] > 0


def test_shapes_that_do_not_fit_are_refused():
    with pytest.raises(InputError, match=r"a pool needs .* got \(2, 3\), \(3,\)"):
        fit_pool(np.zeros((2, 3)), [0, 1, 0])
