import numpy as np
import pytest
from scipy import stats

from undertone.evaluation import accuracy, by_group, interval, uar


def answers(speakers, clips, seed, skill=0.7):
    """Draw labels and predictions of speakers who are each right at a rate of their own."""
    rng = np.random.default_rng(seed)
    names = np.repeat([f"s{number:02d}" for number in range(speakers)], clips)
    true = rng.integers(0, 3, speakers * clips)
    rate = np.repeat(np.clip(rng.normal(skill, 0.1, speakers), 0, 1), clips)
    guess = np.where(rng.random(len(true)) < rate, true, (true + 1) % 3)
    return true, guess, names


def test_accuracy_interval_equals_scipys_bootstrap_of_speakers():
    true, guess, names = answers(12, 40, seed=1)
    low, high = interval(true, guess, names, accuracy, classes=3, rng=np.random.default_rng(0), draws=4000)
    of_speaker = (true == guess).reshape(12, 40).mean(axis=1)  # equally many clips each: the mean of means
    peer = stats.bootstrap((of_speaker,), np.mean, method="percentile", n_resamples=4000, rng=np.random.default_rng(1))
    assert (low, high) == pytest.approx(tuple(peer.confidence_interval), abs=0.01)  # one clip is 0.002


def test_it_covers_the_truth_nearly_as_often_as_it_says():
    inside = 0
    for seed in range(60):
        low, high = interval(*answers(20, 15, seed), accuracy, classes=3, rng=np.random.default_rng(seed), draws=200)
        inside += low <= 0.7 <= high
    assert inside / 60 > 0.85  # 95 % but for the few speakers and draws


def test_same_seed_same_interval_and_one_speaker_has_no_width():
    data = answers(6, 10, seed=2)
    first, second = (interval(*data, uar, classes=3, rng=np.random.default_rng(5)) for _ in range(2))
    assert first == second and first[0] < first[1]
    low, high = interval(*answers(1, 30, seed=2), uar, classes=3, rng=np.random.default_rng(5))
    assert low == high


def test_groups_add_up():
    true, guess, names = answers(4, 10, seed=3)
    groups = by_group(true, guess, names, classes=3)
    assert list(groups) == ["s00", "s01", "s02", "s03"]
    assert sum(matrix.sum() for matrix in groups.values()) == 40
