"""The interval of a gain on the same clips: against one drawn clip by clip, and what it must be by construction."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import balanced_accuracy_score

from undertone.evaluation import paired_interval


def test_the_same_answers_gain_nothing():
    labels, answers = np.array([0, 1, 2, 1]), np.array([0, 2, 2, 1])
    assert paired_interval(labels, answers, answers, rng=np.random.default_rng(0)) == (0, 0)


def test_all_wrong_to_all_right_gains_all():
    labels = np.array([0, 1, 0, 1])
    assert paired_interval(labels, 1 - labels, labels, rng=np.random.default_rng(0)) == (1, 1)


@pytest.mark.filterwarnings("ignore:y_pred contains classes not in y_true")
def test_it_is_the_interval_of_scikit_learns_balanced_accuracy_on_drawn_clips():
    rng = np.random.default_rng(3)
    labels = rng.integers(0, 3, 60)
    before = np.where(rng.random(60) < 0.5, labels, rng.integers(0, 3, 60))
    after = np.where(rng.random(60) < 0.8, labels, rng.integers(0, 3, 60))
    drawn = [rng.integers(0, 60, 60) for _ in range(1500)]
    gains = [
        balanced_accuracy_score(labels[d], after[d]) - balanced_accuracy_score(labels[d], before[d]) for d in drawn
    ]
    told = paired_interval(labels, before, after, rng=np.random.default_rng(1), draws=4000)
    assert told == pytest.approx(np.quantile(gains, [0.025, 0.975]), abs=0.02)  # two bootstraps of thousands of draws
