from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import balanced_accuracy_score

from undertone.evaluation import coverage_curve


def drawn(count=500, classes=4):
    """Scores of which the higher ones are more often right."""
    rng = np.random.default_rng(3)
    scores = rng.dirichlet(np.full(classes, 0.6), count)
    labels = (scores.cumsum(axis=1) > rng.random((count, 1))).argmax(axis=1)
    return scores, labels


def test_every_point_against_scikit_learn():
    scores, labels = drawn()
    curve = coverage_curve(scores, labels)
    assert [p.coverage for p in curve] == pytest.approx(np.arange(20, 0, -1) / 20)
    for point in curve:
        answered = scores.max(axis=1) >= point.threshold
        assert point.coverage == answered.mean()
        peer = balanced_accuracy_score(labels[answered], scores[answered].argmax(axis=1))
        assert point.uar == pytest.approx(peer)
        assert point.classes == len(set(labels[answered]))


def test_calibrated_scores_gain_by_silence():
    curve = coverage_curve(*drawn())
    assert curve[-1].accuracy > curve[10].accuracy > curve[0].accuracy + 0.1
    assert curve[0].threshold == 0


def test_equal_scores_stand_or_fall_together():
    curve = coverage_curve([[0.6, 0.4]] * 3 + [[0.9, 0.1]], [0, 1, 0, 0])
    assert [(p.threshold, p.coverage, p.classes) for p in curve] == [(0.0, 1.0, 2), (0.9, 0.25, 1)]
