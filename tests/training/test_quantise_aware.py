"""Fine-tuning for integers, judged by the integers that the compiler makes."""

import numpy as np
import pytest

from undertone.compiler import evaluate, read_model
from undertone.compiler.passes.quantise import quantise
from undertone.compiler.passes.quantise_ranges import steps_of
from undertone.errors import TrainingError
from undertone.models.backend import load_keras
from undertone.training.predict import load, save
from undertone.training.quantise_aware import fine_tune


def ranges(values):
    steps = steps_of([values])
    return steps.step, steps.zero


@pytest.fixture
def rng():
    return np.random.default_rng(7)


@pytest.fixture
def checkpoint(tmp_path):
    """A network that rounds badly: in each channel one weight is large, and what it meets is always small."""
    keras = load_keras()
    layers = keras.layers
    keras.utils.set_random_seed(3)
    model = keras.Sequential(
        [
            keras.Input((12, 3), name="x"),
            layers.Conv1D(8, 3, activation=None, name="c1"),
            layers.BatchNormalization(name="n1"),
            layers.Activation("relu", name="r1"),
            layers.Dropout(0.5, name="d1"),
            layers.MaxPooling1D(2, name="p1"),
            layers.Flatten(name="flat"),
            layers.Dense(3, activation="softmax", name="scores"),
        ],
        name="bad",
    )
    kernel, bias = model.get_layer("c1").get_weights()
    kernel[:, 0] *= 300
    model.get_layer("c1").set_weights([kernel, bias])
    save(model, tmp_path / "best.h5")
    return tmp_path / "best.h5"


def rows(rng, count):
    x = rng.normal(size=(count, 12, 3)).astype(np.float32)
    x[..., 0] *= 1e-3
    return x


def answers(graph, x):
    return np.stack([evaluate(graph, {graph.inputs[0]: r[None]})[graph.outputs[0]].ravel() for r in x])


def test_the_integers_come_nearer_to_the_float_network(checkpoint, rng, tmp_path):
    x, unseen = rows(rng, 400), rows(rng, 60)
    before, after = fine_tune(checkpoint, x, out=tmp_path / "aware.h5", ranges=ranges, epochs=12, rate=0.05)
    assert after < 0.7 * before
    wanted = answers(read_model(checkpoint), unseen)
    errors = [
        np.abs(answers(quantise(read_model(path), x[:100]), unseen) - wanted).mean()
        for path in (checkpoint, tmp_path / "aware.h5")
    ]
    assert errors[1] < 0.85 * errors[0]


def test_what_is_written_is_an_ordinary_network_and_the_same_each_time(checkpoint, rng, tmp_path):
    x = rows(rng, 80)
    for name in ("one.h5", "two.h5"):
        fine_tune(checkpoint, x, out=tmp_path / name, ranges=ranges, epochs=1)
    assert (tmp_path / "one.h5").read_bytes() == (tmp_path / "two.h5").read_bytes()
    assert type(load(tmp_path / "one.h5").layers[0]).__name__ == "Conv1D"
    kept = load(tmp_path / "one.h5").get_layer("n1").get_weights()
    assert all(np.array_equal(a, b) for a, b in zip(kept, load(checkpoint).get_layer("n1").get_weights(), strict=True))


def test_no_example_is_refused(checkpoint, tmp_path):
    with pytest.raises(TrainingError, match="needs at least one example"):
        fine_tune(checkpoint, np.zeros((0, 12, 3), np.float32), out=tmp_path / "aware.h5", ranges=ranges)
    assert not (tmp_path / "aware.h5").exists()
