"""The support vector machine against scikit-learn's, and its temperature on voices that it never heard."""

import numpy as np
import pytest
from sklearn.svm import LinearSVC

from undertone.errors import ConfigError, InputError
from undertone.evaluation import softmax
from undertone.training.discriminant import Statistics
from undertone.training.svm import SLOPE, SvmSettings, fit_margins, fit_svm

CLASSES = 3


@pytest.fixture
def clips():
    """Twelve speakers, classes of unequal size, one statistic that never moves."""
    rng = np.random.default_rng(5)
    y, speakers = np.tile([0, 0, 0, 1, 1, 2], 24), np.repeat([f"s{i:02d}" for i in range(12)], 12)
    x = rng.normal(size=(144, 100)) + 0.5 * rng.normal(size=(CLASSES, 100))[y]
    x += np.repeat(rng.normal(size=(12, 100)), 12, axis=0)
    x[:, 7] = 3.5
    return Statistics((x * rng.uniform(0.01, 100, 100)).astype(np.float32), y, speakers)


@pytest.mark.parametrize("c", [1e-4, 1e-2, 1.0])
def test_the_margins_are_scikit_learns(clips, c):
    copies = Statistics(clips.x[:70] + 1, clips.y[:70], clips.speakers[:70], weight=np.full(70, 0.5))
    ours = fit_margins(clips, CLASSES, SvmSettings(c=c, tolerance=1e-7), copies=copies)
    both = clips.joined(copies)
    z = (both.x.astype(np.float64) - clips.x.mean(axis=0, dtype=np.float64)) / ours.scale
    balanced = {k: len(both.y) / (CLASSES * n) for k, n in enumerate(np.bincount(both.y))}
    peer = LinearSVC(C=c, dual=False, class_weight=balanced, tol=1e-9, max_iter=100_000)
    theirs = peer.fit(z, both.y, sample_weight=both.weight).decision_function(z)
    np.testing.assert_allclose(ours.logits(both.x) / SLOPE, theirs, atol=2e-4 * np.abs(theirs).max())


def test_the_temperature_makes_answers_to_new_speakers_probable(clips):
    seen, new = clips.where(clips.speakers < "s08"), clips.where(clips.speakers >= "s08")
    settings = SvmSettings(c=1.0)
    sure, calm = fit_margins(seen, CLASSES, settings), fit_svm(seen, CLASSES, settings, groups=4)

    def surprise(line):
        return -np.log(softmax(line.logits(new.x))[np.arange(len(new.y)), new.y]).mean()

    assert surprise(calm) < surprise(sure)
    assert (calm.logits(clips.x).argmax(1) == sure.logits(clips.x).argmax(1)).all()


def test_two_speakers_cannot_say_how_sure_to_be(clips):
    few, settings = clips.where(clips.speakers < "s02"), SvmSettings(few_speakers_temperature=4.0)
    bare, calm = fit_margins(few, CLASSES, settings), fit_svm(few, CLASSES, settings, groups=6)
    np.testing.assert_allclose(calm.weights * 4, bare.weights, rtol=1e-6)


def test_what_is_only_rounding_has_no_say(clips):
    clips.x[:, 2] = 1e-6 * clips.y
    assert not fit_margins(clips, CLASSES, SvmSettings(c=1.0)).weights[[2, 7]].any()


def test_faults_are_named(clips):
    with pytest.raises(InputError, match="class 3 has no training row"):
        fit_svm(clips, 4, SvmSettings(), groups=6)
    with pytest.raises(ConfigError, match=r"svm: c=0; accepted: more than 0"):
        SvmSettings(c=0)
