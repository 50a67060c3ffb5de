import numpy as np
import pytest
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from undertone.errors import ConfigError, InputError
from undertone.evaluation import softmax
from undertone.training.discriminant import StatisticsSettings, centred, fit_discriminant, fit_line

CLASSES = 3


@pytest.fixture
def clips():
    """Twelve speakers, fewer clips than statistics, one statistic that never moves."""
    rng = np.random.default_rng(5)
    y = np.tile(np.arange(CLASSES), 24)
    speakers = np.repeat([f"s{i}" for i in range(12)], 6)
    x = (
        rng.normal(size=(72, 100))
        + 0.7 * rng.normal(size=(CLASSES, 100))[y]
        + np.repeat(rng.normal(size=(12, 100)), 6, 0)
    )
    x[:, 7] = 3.5
    return (x * rng.uniform(0.01, 100, 100)).astype(np.float32), y, speakers


@pytest.mark.parametrize("shrinkage", [0.1, 0.5, 1.0])
def test_the_line_is_scikit_learns(clips, shrinkage):
    x, y, _ = clips
    peer = make_pipeline(StandardScaler(), LinearDiscriminantAnalysis(solver="lsqr", shrinkage=shrinkage))
    theirs = peer.fit(x[12:], y[12:]).predict_proba(x)
    ours = softmax(fit_line(x[12:], y[12:], CLASSES, shrinkage=shrinkage).logits(x))
    np.testing.assert_allclose(ours, theirs, atol=2e-4)  # its weights are float64, ours float32


def test_the_temperature_makes_answers_to_new_speakers_probable(clips):
    x, y, speakers = clips
    seen = np.isin(speakers, [f"s{i}" for i in range(8)])
    sure = fit_line(x[seen], y[seen], CLASSES, shrinkage=0.5)
    calm = fit_discriminant(x[seen], y[seen], speakers[seen], CLASSES, StatisticsSettings(groups=4))

    def surprise(line):
        scores = softmax(line.logits(x[~seen]))
        return -np.log(scores[np.arange(len(scores)), y[~seen]]).mean()

    assert surprise(calm) < surprise(sure)
    assert (calm.logits(x).argmax(1) == sure.logits(x).argmax(1)).all()


def test_two_speakers_cannot_say_how_sure_to_be(clips):
    x, y, speakers = clips
    few = np.isin(speakers, ["s0", "s1"])
    settings = StatisticsSettings(few_speakers_temperature=4.0)
    line = fit_discriminant(x[few], y[few], speakers[few], CLASSES, settings)
    bare = fit_line(x[few], y[few], CLASSES, shrinkage=settings.shrinkage)
    np.testing.assert_allclose(line.weights * 4, bare.weights, rtol=1e-6)


def test_a_speakers_own_mean_is_taken_out(clips):
    x, _, speakers = clips
    moved = x + np.float32(1000) * (speakers == "s3")[:, None]
    np.testing.assert_allclose(centred(moved, speakers), centred(x, speakers), atol=2e-3)


def test_faults_are_named():
    with pytest.raises(InputError, match="class 1 has no training row"):
        fit_line(np.zeros((2, 3), np.float32), np.array([0, 0]), 2, shrinkage=0.5)
    with pytest.raises(ConfigError, match=r"shrinkage=0; accepted: more than 0, at most 1"):
        StatisticsSettings(shrinkage=0)
