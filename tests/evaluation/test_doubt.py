"""Softening of what is strange, against scikit-learn's scaler and the formula written out."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.preprocessing import StandardScaler

from undertone.errors import InputError
from undertone.evaluation import Doubt, fit_doubt


@pytest.fixture
def rng():
    return np.random.default_rng(7)


def test_of_vectors_the_limit_holds_nineteen_of_twenty(rng):
    train = rng.normal(0, 1, (400, 50)).astype(np.float32)
    doubt = fit_doubt(train)
    assert doubt.mean.size == 0, "the scaler says it already"
    assert doubt.limit == pytest.approx(np.quantile(np.sqrt((train.astype(float) ** 2).mean(axis=1)), 0.95))
    assert (doubt.softening(train, 3.0) == 1).mean() == pytest.approx(0.95)
    far = (train[:3] * 9).reshape(3, 50, 1)  # as a network of convolutions takes them
    distance = 9 * np.sqrt((train[:3].astype(float) ** 2).mean(axis=1))
    assert doubt.softening(far, 3.0) == pytest.approx(distance / doubt.limit)


def test_of_sequences_columns_are_compared_by_mean_and_log_variance(rng):
    frames, columns = 40, 6
    train = (rng.normal(0, 1, (60, frames, columns)) * rng.uniform(0.5, 2, (60, 1, 1)) + 3).astype(np.float32)
    doubt = fit_doubt(train.reshape(60, -1), columns=columns)
    wide = train.astype(float)
    told = np.concatenate([wide.mean(axis=1), np.log(wide.var(axis=1) + 1e-8)], axis=1)
    standardised = StandardScaler().fit_transform(told)
    assert doubt.strangeness(train) == pytest.approx(np.sqrt((standardised**2).mean(axis=1)), rel=1e-4)
    assert doubt.limit == pytest.approx(np.quantile(doubt.strangeness(train), 0.95))


def test_of_a_sequence_with_statistics_these_alone_count(rng):
    train = rng.normal(0, 1, (60, 40 * 6 + 50)).astype(np.float32)
    doubt, alone = fit_doubt(train, statistics=50), fit_doubt(train[:, -50:])
    assert (doubt.limit, doubt.mean.size, doubt.statistics) == (alone.limit, 0, 50)
    train[:, :-50] += 100
    assert (doubt.softening(train, 3.0) == alone.softening(train[:, -50:], 3.0)).all()


@pytest.mark.parametrize(
    "change", [lambda x: x * 9, lambda x: x * 0.05, lambda x: x + 9], ids=["loud", "flat", "shifted"]
)
def test_a_sequence_is_strange_both_ways(rng, change):
    train = rng.normal(0, 1, (60, 40, 6)).astype(np.float32)
    doubt = fit_doubt(train, columns=6)
    assert (doubt.softening(change(train), 3.0) > 2).all()


def test_what_never_moves_does_not_make_all_else_strange():
    still = np.ones((5, 12), np.float32)
    assert fit_doubt(still, columns=3).softening(still, 3.0).tolist() == [1] * 5
    assert fit_doubt(np.zeros((5, 12), np.float32)).limit == 1


def test_less_than_training_recordings_are_long_is_too_little_to_be_sure(rng):
    train = rng.normal(0, 1, (400, 50)).astype(np.float32)
    seconds = rng.uniform(1, 3, 400)
    doubt, lengths = fit_doubt(train, seconds), [3.0, doubt_s := float(np.quantile(seconds, 0.05)), doubt_s / 4]
    assert doubt.usual_s == doubt_s
    usual, strange = np.zeros((3, 50), np.float32), np.full((3, 50), 3 * doubt.limit, np.float32)
    assert doubt.softening(usual, lengths) == pytest.approx([1, 1, 2])
    assert doubt.softening(strange, lengths) == pytest.approx([3, 3, 6]), "it may be both"
    assert fit_doubt(train).softening(usual, lengths).tolist() == [1, 1, 1]


def test_sound_that_is_no_number_stays_none():
    assert np.isnan(Doubt(1.0).softening(np.full((1, 4), np.nan, np.float32), 3.0)).all()


def test_nothing_to_learn_from():
    with pytest.raises(InputError, match="doubt needs segments of the training, at least one"):
        fit_doubt(np.zeros((0, 162), np.float32))
