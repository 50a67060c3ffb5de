"""Files as Keras 2 wrote them, written here by hand: old names of settings, old forms of calls, old meanings."""

from __future__ import annotations

import json
import os

import numpy as np
import pytest

from undertone.compiler import read_model, run

from .conftest import floats

os.environ.setdefault("KERAS_BACKEND", "jax")
h5py = pytest.importorskip("h5py")
keras = pytest.importorskip("keras")

RECURRENT = {
    "return_sequences": False,
    "return_state": False,
    "go_backwards": False,
    "stateful": False,
    "unroll": False,
    "time_major": False,
    "activation": "tanh",
    "recurrent_activation": "sigmoid",
    "use_bias": True,
}


def saved(path, layers, *, shape):
    """Write a Functional model of layers in a row: (class, config, weights by the names that Keras 2 gave them)."""
    entries = [entry("InputLayer", "in", {"batch_input_shape": [None, *shape], "dtype": "float32"}, None)]
    for i, (kind, config, _) in enumerate(layers):
        entries.append(entry(kind, f"l{i}", config, f"l{i - 1}" if i else "in"))
    config = {"name": "old", "layers": entries, "input_layers": [["in", 0, 0]]}
    config["output_layers"] = [[f"l{len(layers) - 1}", 0, 0]]
    with h5py.File(path, "w") as file:
        file.attrs["keras_version"], file.attrs["backend"] = b"2.15.0", b"tensorflow"
        file.attrs["model_config"] = json.dumps({"class_name": "Functional", "config": config})
        group = file.create_group("model_weights")
        group.attrs["layer_names"] = [e["name"].encode() for e in entries]
        group.create_group("in").attrs["weight_names"] = []
        for i, (_, _, weights) in enumerate(layers):
            inside = group.create_group(f"l{i}")
            inside.attrs["weight_names"] = [f"l{i}/{w}:0".encode() for w in weights]
            for w, array in weights.items():
                inside.create_dataset(f"l{i}/{w}:0", data=array)
    return path


def entry(kind, name, config, source):
    inbound = [] if source is None else [[[source, 0, 0, {}]]]
    return {"class_name": kind, "config": {"name": name, **config}, "name": name, "inbound_nodes": inbound}


def cell(rng, gates, width, units, *, biases=()):
    shapes = {"kernel": (width, gates * units), "recurrent_kernel": (units, gates * units)}
    return {w: floats(rng, *s) for w, s in {**shapes, "bias": (*biases, gates * units)}.items()}


def test_a_gru_after_a_bidirectional_lstm(rng, tmp_path):
    ahead, back, gru = cell(rng, 4, 3, 4), cell(rng, 4, 3, 4), cell(rng, 3, 8, 5, biases=(2,))
    lstm = {"class_name": "LSTM", "config": {"name": "lstm", **RECURRENT, "units": 4, "return_sequences": True}}
    both = {f"forward_lstm/lstm_cell_1/{w}": a for w, a in ahead.items()}
    both |= {f"backward_lstm/lstm_cell_2/{w}": a for w, a in back.items()}
    layers = [
        ("Bidirectional", {"merge_mode": "concat", "layer": lstm}, both),
        ("GRU", {**RECURRENT, "units": 5, "reset_after": True}, {f"gru_cell/{w}": a for w, a in gru.items()}),
    ]
    today = [keras.layers.Bidirectional(keras.layers.LSTM(4, return_sequences=True)), keras.layers.GRU(5)]
    model = keras.Sequential([keras.Input((7, 3)), *today])
    model.set_weights([*ahead.values(), *back.values(), *gru.values()])
    x = floats(rng, 2, 7, 3)
    expected = np.asarray(model(x, training=False))
    graph = read_model(saved(tmp_path / "old.h5", layers, shape=(7, 3)))
    assert np.abs(run(graph, x) - expected).max() < 1e-5


def test_activations_have_their_old_names_and_meanings(rng, tmp_path):
    layers = [
        ("LeakyReLU", {"alpha": np.float32(0.2).item()}, {}),
        ("ThresholdedReLU", {"theta": 0.3}, {}),
        ("Activation", {"activation": "hard_sigmoid"}, {}),
    ]
    x = floats(rng, 3, 9) * 4
    y = np.where(x < 0, np.float32(0.2) * x, x)
    y = np.clip(0.2 * np.where(y > 0.3, y, 0) + 0.5, 0, 1)
    graph = read_model(saved(tmp_path / "old.h5", layers, shape=(9,)))
    assert np.abs(run(graph, x) - y).max() < 1e-6
