"""From sound to scores, against the formula written out."""

from __future__ import annotations

import numpy as np
import pytest

from undertone.bundle import score
from undertone.bundle.model import whole_scores
from undertone.types import Clip


def test_scores_follow_the_formula(small_bundle) -> None:
    sound = np.random.default_rng(0).normal(0, 0.1, 16000 * 4).astype(np.float32)
    answer = score(small_bundle, Clip(sound, 16000))
    _, features = small_bundle.frontend.transform(Clip(sound, 16000))
    weights = small_bundle.graph.constants["weights"].astype(np.float64)
    logits = (features - small_bundle.mean) * small_bundle.inv_scale @ weights / small_bundle.temperature
    rows = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    assert answer.segment_scores == pytest.approx(rows, abs=1e-6)
    assert answer.scores == pytest.approx((2.5 * rows[0] + 1.5 * rows[1]) / 4, abs=1e-6)
    assert answer.scores.dtype == np.float32


def test_longer_segments_count_more() -> None:
    rows = np.array([[1, 0], [0, 1]], np.float32)
    assert whole_scores([3.0, 1.0], rows).tolist() == [0.75, 0.25]
