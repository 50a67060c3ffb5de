"""Temperatures from folds: found again, and never from a fold's own speakers."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from scipy.special import softmax

from undertone.experiment.protocol import FoldAnswers, cross_calibrated, pooled, temperature_of

LABELS = ("angry", "neutral", "sad")


def fold(name: str, *, stated: float, count: int = 900) -> FoldAnswers:
    """Draw answers whose scores are sharpened by a factor: a temperature of as much puts them right."""
    rng = np.random.default_rng(ord(name))
    logits = rng.normal(0, 1.5, (count, 3))
    labels = (softmax(logits, axis=1).cumsum(axis=1) > rng.random((count, 1))).argmax(axis=1)
    scores = softmax(logits * stated, axis=1)
    return FoldAnswers(
        protocol="p",
        fold=name,
        seed=0,
        settings="s",
        labels=LABELS,
        clips=tuple(f"{name}{i}" for i in range(count)),
        speakers=(name,) * count,
        sexes=(None,) * count,
        truth=tuple(map(int, labels)),
        answers=tuple(map(int, scores.argmax(axis=1))),
        epoch=1,
        scores=tuple(tuple(round(float(s), 4) for s in row) for row in scores),
    )


def test_the_temperature_is_found_again() -> None:
    assert temperature_of([fold(name, stated=2.0) for name in "abcd"]) == pytest.approx(2.0, rel=0.1)


def test_a_fold_has_no_say_in_its_own() -> None:
    folds = [fold("a", stated=0.5), fold("b", stated=2.0), fold("c", stated=2.0)]
    mended = cross_calibrated(folds)
    rest = temperature_of(folds[1:])
    expected = softmax(np.log(np.array(folds[0].scores)) / rest, axis=1)
    assert np.array(mended[0].scores) == pytest.approx(expected, abs=1e-3)
    other = cross_calibrated([dataclasses.replace(folds[0], truth=tuple(reversed(folds[0].truth))), *folds[1:]])
    assert other[0].scores == mended[0].scores, "another truth of its own changes nothing"
    assert other[1].scores != mended[1].scores


def test_answers_stay_and_the_error_falls() -> None:
    folds = [fold(name, stated=2.5) for name in "abcd"]
    before, after = pooled(folds), pooled(cross_calibrated(folds))
    assert after.uar == before.uar
    assert after.calibration_error < before.calibration_error / 3
    assert len(after.coverage) > 10


def test_rows_of_older_versions_have_no_scores() -> None:
    assert pooled([dataclasses.replace(fold("a", stated=1.0), scores=())]).calibration_error is None
