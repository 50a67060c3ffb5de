import numpy as np
import pytest
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from undertone.errors import ConfigError, InputError
from undertone.evaluation import softmax
from undertone.training.discriminant import Statistics, StatisticsSettings, fit_discriminant, fit_line

CLASSES = 3


@pytest.fixture
def clips():
    """Twelve speakers, fewer clips than statistics, one statistic that never moves."""
    rng = np.random.default_rng(5)
    y, speakers = np.tile(np.arange(CLASSES), 24), np.repeat([f"s{i:02d}" for i in range(12)], 6)
    x = rng.normal(size=(72, 100)) + 0.7 * rng.normal(size=(CLASSES, 100))[y]
    x += np.repeat(rng.normal(size=(12, 100)), 6, axis=0)
    x[:, 7] = 3.5
    return Statistics((x * rng.uniform(0.01, 100, 100)).astype(np.float32), y, speakers)


def of(clips, *speakers):
    return clips.where(np.isin(clips.speakers, speakers))


@pytest.mark.parametrize("shrinkage", [0.1, 0.5, 1.0])
def test_the_line_is_scikit_learns(clips, shrinkage):
    own = clips.where(np.arange(72) >= 12)
    peer = make_pipeline(StandardScaler(), LinearDiscriminantAnalysis(solver="lsqr", shrinkage=shrinkage))
    theirs = peer.fit(own.x, own.y).predict_proba(clips.x)
    ours = softmax(fit_line(own, CLASSES, shrinkage=shrinkage).logits(clips.x))
    np.testing.assert_allclose(ours, theirs, atol=2e-4)  # its weights are float64, ours float32


def test_copies_teach_but_do_not_scale(clips):
    copies = Statistics(clips.x + 1, clips.y, clips.speakers, np.ones(72, np.int64))
    plain, taught = (fit_line(clips, CLASSES, shrinkage=0.5, copies=c) for c in (None, copies))
    assert np.array_equal(plain.mean, taught.mean) and np.array_equal(plain.scale, taught.scale)
    assert not np.allclose(plain.weights, taught.weights)


def test_a_copy_of_weight_two_is_two_copies(clips):
    copies = Statistics(clips.x[:30] + 1, clips.y[:30], clips.speakers[:30], np.ones(30, np.int64))
    double = copies.joined(copies)
    heavy = Statistics(copies.x, copies.y, copies.speakers, copies.speed, np.full(30, 2.0))
    lines = [fit_line(clips, CLASSES, shrinkage=0.5, copies=c).logits(clips.x) for c in (double, heavy)]
    np.testing.assert_allclose(*lines, rtol=1e-4, atol=1e-4)
    assert (heavy.where(heavy.y == 1).centred().weight == 2).all(), "weights stay with their rows"


def test_the_temperature_makes_answers_to_new_speakers_probable(clips):
    names = np.unique(clips.speakers)
    seen, new = of(clips, *names[:8]), of(clips, *names[8:])
    sure = fit_line(seen, CLASSES, shrinkage=0.5)
    calm = fit_discriminant(seen, CLASSES, StatisticsSettings(groups=4))

    def surprise(line):
        return -np.log(softmax(line.logits(new.x))[np.arange(len(new.y)), new.y]).mean()

    assert surprise(calm) < surprise(sure)
    assert (calm.logits(clips.x).argmax(1) == sure.logits(clips.x).argmax(1)).all()


def test_two_speakers_cannot_say_how_sure_to_be(clips):
    few, settings = of(clips, "s00", "s01"), StatisticsSettings(few_speakers_temperature=4.0)
    line, bare = fit_discriminant(few, CLASSES, settings), fit_line(few, CLASSES, shrinkage=settings.shrinkage)
    np.testing.assert_allclose(line.weights * 4, bare.weights, rtol=1e-6)
    assert settings.weights(2) == (settings.few_speakers_network_weight, settings.few_speakers_line_weight)
    assert settings.weights(3) == (settings.network_weight, settings.line_weight)


def test_a_speakers_own_mean_is_taken_out_at_each_speed(clips):
    moved = clips.x + np.float32(1000) * (clips.speakers == "s03")[:, None]
    same = Statistics(moved, clips.y, clips.speakers).centred()
    np.testing.assert_allclose(same.x, clips.centred().x, atol=2e-3)
    speeds = np.arange(72) % 2
    apart = Statistics(clips.x + 50 * speeds[:, None].astype(np.float32), clips.y, clips.speakers, speeds).centred()
    plain = Statistics(clips.x, clips.y, clips.speakers, speeds).centred()
    np.testing.assert_allclose(apart.x, plain.x, atol=2e-3)


def test_faults_are_named():
    with pytest.raises(InputError, match="class 1 has no training row"):
        fit_line(
            Statistics(np.zeros((2, 3), np.float32), np.zeros(2, np.int64), np.array(["a", "b"])), 2, shrinkage=0.5
        )
    with pytest.raises(ConfigError, match=r"shrinkage=0; accepted: more than 0, at most 1"):
        StatisticsSettings(shrinkage=0)
    with pytest.raises(ConfigError, match=r"a speed of 3; accepted: 0.5 to 2"):
        StatisticsSettings(speeds=(3,))
    with pytest.raises(ConfigError, match=r"line_weight=0; accepted: more than 0"):
        StatisticsSettings(line_weight=0)


def test_what_is_only_rounding_has_no_say():
    rng = np.random.default_rng(3)
    x = rng.normal(size=(60, 4)).astype(np.float32)
    y = np.arange(60) % 3
    x[:, 2] = 1e-6 * rng.normal(size=60) + 1e-5 * y
    own = Statistics(x, y, np.array([f"s{k % 5}" for k in range(60)]))
    line = fit_line(own, 3, shrinkage=0.5)
    assert not line.weights[2].any() and line.weights[[0, 1, 3]].all()
