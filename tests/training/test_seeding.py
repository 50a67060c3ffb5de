import random

import numpy as np
import pytest

from undertone.models.backend import load_keras
from undertone.training.seeding import seeded


def weights(seed: int, *, disturbed: bool = False) -> np.ndarray:
    with seeded(seed):
        if disturbed:  # as another thread may at any time
            random.seed(99)
            random.random()
        return _dense()


def _dense() -> np.ndarray:
    keras = load_keras()
    layer = keras.layers.Dense(4)
    layer.build((None, 3))
    return np.asarray(layer.kernel)


def test_the_first_weights_come_from_the_seed_alone():
    assert np.array_equal(weights(1), weights(1))
    assert np.array_equal(weights(1), weights(1, disturbed=True))
    assert not np.array_equal(weights(1), weights(2))


def test_they_are_those_of_kerass_own_seed():
    load_keras().utils.set_random_seed(7)
    expected = _dense()
    assert np.array_equal(weights(7), expected)


@pytest.mark.parametrize("fails", [False, True])
def test_the_callers_generators_go_on_as_if_nothing_had_been(fails):
    random.seed(5)
    expected = [random.random() for _ in range(3)]
    random.seed(5)
    drawn = [random.random()]
    try:
        with seeded(1):
            random.random()
            if fails:
                raise KeyError
    except KeyError:
        pass
    drawn += [random.random(), random.random()]
    assert drawn == expected
    with seeded(3):
        pass
    from keras.src.random import seed_generator

    assert seed_generator.python_random is random
