import numpy as np
import pytest

from undertone.compiler import evaluate, run
from undertone.errors import ModelError


def test_a_batch_is_its_items(small, rng):
    x = rng.normal(size=(3, 19, 3)).astype(np.float32)
    whole = run(small, x)
    assert whole.shape == (3, 5)
    assert np.array_equal(whole[1:2], run(small, x[1]))
    assert np.allclose(whole.sum(axis=1), 1)


def test_no_items_give_no_answers(small):
    assert run(small, np.zeros((0, 19, 3), np.float32)).shape == (0, 5)


def test_a_wrong_shape_is_named(small):
    with pytest.raises(ModelError, match=r"\(n, 19, 3\).*\(2, 18, 3\)"):
        run(small, np.zeros((2, 18, 3), np.float32))
    with pytest.raises(ModelError, match="'sound' must have shape"):
        evaluate(small, {})
