import hashlib

import pytest

from undertone.models import MODELS
from undertone.models.backend import load_keras
from undertone.training.predict import save

# The article's table: what stands after each block.
SHAPES = [(162, 256), (20, 256), (20, 128), (2, 128), (2, 64), (128,), (7,)]


@pytest.fixture(scope="module")
def network():
    return MODELS["article"].build((162, 1), 7)


def test_parameters(network):
    assert network.count_params() == 1_283_591
    assert sum(w.numpy().size for w in network.trainable_weights) == 1_282_823
    assert sum(w.numpy().size for w in network.non_trainable_weights) == 768


def test_shapes(network):
    shapes = []
    for layer in network.layers:
        shape = tuple(layer.output.shape[1:])
        if not shapes or shapes[-1] != shape:
            shapes.append(shape)
    assert shapes == SHAPES


def test_layers(network):
    kinds = [type(layer).__name__ for layer in network.layers]
    convolutions = [layer for layer in network.layers if type(layer).__name__ == "Conv1D"]
    assert [layer.filters for layer in convolutions] == [256, 256, 128, 128, 128, 128, 64, 64]
    assert {(layer.kernel_size, layer.padding, layer.strides) for layer in convolutions} == {((8,), "same", (1,))}
    assert kinds.count("BatchNormalization") == kinds.count("MaxPooling1D") == 2
    assert kinds.count("Dropout") == 3
    assert network.layers[-1].activation.__name__ == "softmax"


@pytest.mark.parametrize("name", list(MODELS))
def test_two_builds_are_one_file(name, tmp_path):
    frontend = MODELS[name].frontend
    shape = (frontend.frames, 66) if MODELS[name].sequence else (frontend.size, 1)
    digests = set()
    for attempt in range(2):
        load_keras().utils.set_random_seed(3)
        save(MODELS[name].build(shape, 5), tmp_path / f"{attempt}.h5")
        digests.add(hashlib.sha256((tmp_path / f"{attempt}.h5").read_bytes()).hexdigest())
    assert len(digests) == 1
