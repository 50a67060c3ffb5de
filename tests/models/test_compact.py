import numpy as np
import pytest

from undertone.models import MODELS


@pytest.fixture(scope="module")
def compact():
    return MODELS["compact"].build((288, 66), 9)


def test_it_is_as_small_as_it_says(compact):
    assert compact.count_params() == 130758
    assert compact.output_shape == (None, 9)


def test_weights_do_not_depend_on_the_length(compact):
    short = MODELS["compact"].build((160, 66), 9)
    assert [w.shape for w in short.get_weights()] == [w.shape for w in compact.get_weights()]


def test_spread_is_the_standard_deviation_over_time(compact):
    from undertone.models.backend import load_keras

    x = np.random.default_rng(0).standard_normal((2, 288, 66)).astype(np.float32)
    keras = load_keras()
    inside = keras.Model(compact.input, [compact.get_layer("mix_relu").output, compact.get_layer("pooled").output])
    frames, pooled = (np.asarray(part) for part in inside(x))
    assert pooled[:, :64] == pytest.approx(frames.mean(axis=1), abs=1e-5)
    assert pooled[:, 64:] == pytest.approx(frames.std(axis=1), abs=1e-4)
