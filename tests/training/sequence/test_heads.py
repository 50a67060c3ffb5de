import numpy as np
import pytest

from undertone.training.sequence import Heads

HEADS = Heads(classes=(2, 3), draws=(300, 100))
Y = np.array([0] * 90 + [1] * 10 + [2] * 16 + [3] * 16 + [4] * 64)


def test_an_epoch_is_shared_as_asked_and_rare_classes_are_drawn_more():
    rng = np.random.default_rng(0)
    drawn = np.concatenate([Y[HEADS.draw(Y, rng)] for _ in range(50)])
    shares = np.bincount(drawn) / len(drawn)
    roots = np.sqrt([90, 10])
    assert shares[:2] == pytest.approx(0.75 * roots / roots.sum(), abs=0.01)
    assert shares[2:] == pytest.approx(0.25 * np.array([4, 4, 8]) / 16, abs=0.01)


def test_a_label_is_smoothed_over_its_own_corpus_alone():
    targets = HEADS.targets(np.array([1, 4]), 0.3)
    assert targets[0] == pytest.approx([0.15, 0.85, 0, 0, 0])
    assert targets[1] == pytest.approx([0, 0, 0.1, 0.1, 0.8])


def test_weights_say_how_often_an_example_is_drawn_among_its_class():
    rng, weights = np.random.default_rng(0), np.where(np.arange(len(Y)) % 2, 3.0, 1.0).astype(np.float32)
    drawn = np.concatenate([HEADS.draw(Y, rng, weights=weights) for _ in range(50)])
    of_class = drawn[Y[drawn] == 0]
    assert (of_class % 2).mean() == pytest.approx(0.75, abs=0.01)
