"""What fine-tuning rounds is what the compiler makes bytes of."""

import numpy as np
import pytest

from undertone.compiler import evaluate, read_model
from undertone.compiler.passes.quantise import quantise
from undertone.compiler.passes.quantise_ranges import steps_of
from undertone.models import MODELS, residual
from undertone.models.backend import load_keras
from undertone.training.predict import load, predict, save
from undertone.training.quantise_aware import fine_tune
from undertone.training.rounding import rounded, rounding_copy

SMALL = residual.Sizes(maps=(8, 8, 16), steps=8, stem=4)
MOVERS = ("Reshape", "Transpose", "Slice", "Flatten", "MaxPool", "Identity")


def ranges(values):
    steps = steps_of([values])
    return steps.step, steps.zero


def small(seed=3):
    load_keras().utils.set_random_seed(seed)
    return residual.build((32, 66), 3, SMALL, name="small")


NETWORKS = {
    "residual": (small, (32, 66)),
    "article": (lambda: MODELS["article"].build((162, 1), 4), (162, 1)),
    "mlp": (lambda: MODELS["pooled-mlp"].build((50,), 4), (50,)),
}


def compiled_to_bytes(model, shape, folder):
    """The layers whose results the compiler has as bytes, by the names of the tensors."""
    save(model, folder / "network.h5")
    rows = np.random.default_rng(1).normal(size=(8, *shape)).astype(np.float32)
    made = quantise(read_model(folder / "network.h5"), rows)
    names = {
        node.outputs[0]
        for node in made.nodes
        if made.tensors[node.outputs[0]].dtype == "uint8" and node.op not in MOVERS
    }
    found = set()
    for name in names:
        if not name.startswith("features_copies") and not name.endswith("_rescaled"):
            mine = [layer.name for layer in model.layers if name.startswith((f"{layer.name}_", f"{layer.name}s_"))]
            found.add(max(mine, key=len))
    return found


def without_dropout(model, names):
    """The compiled network has none: name what it drops from."""
    told = set()
    for name in names:
        layer = model.get_layer(name)
        while type(layer).__name__ == "Dropout":
            layer = layer.input._keras_history.operation
        told.add(layer.name)
    return told


@pytest.mark.parametrize("name", NETWORKS)
def test_the_same_results_are_bytes_as_in_the_compiled_network(name, tmp_path):
    build, shape = NETWORKS[name]
    model = build()
    assert without_dropout(model, rounded(model)) == compiled_to_bytes(model, shape, tmp_path)


def test_the_rounding_copy_answers_as_the_integers_do(tmp_path):
    model, rows = small(), np.random.default_rng(2).normal(size=(24, 32, 66)).astype(np.float32)
    save(model, tmp_path / "network.h5")
    graph = read_model(tmp_path / "network.h5")
    whole = quantise(graph, rows)
    integers = np.stack([evaluate(whole, {whole.inputs[0]: r[None]})[whole.outputs[0]].ravel() for r in rows])
    plain, ours = predict(model, rows), predict(rounding_copy(load_keras(), model, rows, ranges), rows)
    assert np.abs(ours - plain).mean() == pytest.approx(np.abs(integers - plain).mean(), rel=0.7)
    assert np.abs(ours - integers).mean() < 1.2 * np.abs(integers - plain).mean()


def test_a_network_of_sequences_comes_nearer_to_its_float_answers(tmp_path):
    model, rng = small(), np.random.default_rng(4)
    bad = [("block1_conv1", "stem_norm"), *((f"block{n}_conv2", f"block{n}_conv1_norm") for n in (1, 2, 3))]
    for reader, norm in bad:  # what comes in by the first map is small, its weights large: the others lose their steps
        kernel = model.get_layer(reader).get_weights()[0]
        kernel[:, :, 0] *= 300
        model.get_layer(reader).set_weights([kernel])
        scale = model.get_layer(norm).get_weights()
        scale[0][0] = 1 / 300
        model.get_layer(norm).set_weights(scale)
    save(model, tmp_path / "best.h5")
    x = rng.normal(size=(200, 32, 66)).astype(np.float32)
    before, after = fine_tune(tmp_path / "best.h5", x, out=tmp_path / "aware.h5", ranges=ranges, epochs=8, rate=1e-3)
    assert after < 0.7 * before
    wanted, errors = predict(model, x[:60]), []
    for name in ("best.h5", "aware.h5"):
        whole = quantise(read_model(tmp_path / name), x[:48])
        told = np.stack([evaluate(whole, {whole.inputs[0]: r[None]})[whole.outputs[0]].ravel() for r in x[:60]])
        errors.append(np.abs(told - wanted).mean())
    assert errors[1] < 0.9 * errors[0]


def test_a_network_whose_float_answers_would_move_stays_as_it_is(tmp_path):
    model = small()
    save(model, tmp_path / "best.h5")
    x = np.random.default_rng(4).normal(size=(64, 32, 66)).astype(np.float32)
    before, after = fine_tune(tmp_path / "best.h5", x, out=tmp_path / "aware.h5", ranges=ranges, epochs=2, rate=0.9)
    assert after <= before
    told = predict(load(tmp_path / "aware.h5"), x)
    assert np.abs(told - predict(model, x)).mean() <= before


def test_rows_of_zeros_leave_the_gradient_a_number(tmp_path):
    """Keras's unit norm has none there; rounding makes whole rows zero."""
    model = small()
    kernel = model.get_layer("mix").get_weights()[0]
    kernel[..., :4] = 0
    model.get_layer("mix").set_weights([kernel])
    save(model, tmp_path / "best.h5")
    x = np.random.default_rng(4).normal(size=(16, 32, 66)).astype(np.float32)
    before, after = fine_tune(tmp_path / "best.h5", x, out=tmp_path / "aware.h5", ranges=ranges, epochs=1)
    assert np.isfinite([before, after]).all()
