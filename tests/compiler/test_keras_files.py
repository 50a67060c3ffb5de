"""Keras files against Keras itself: .h5 and .keras of Keras 3, .h5 as Keras 2 wrote it, and damaged ones."""

from __future__ import annotations

import json
import os
import zipfile

import numpy as np
import pytest

from undertone.compiler import optimise, read_model, run
from undertone.errors import ModelError, NotFoundError, UnsupportedError

from .conftest import floats

os.environ.setdefault("KERAS_BACKEND", "jax")
h5py = pytest.importorskip("h5py")
keras = pytest.importorskip("keras")
L = keras.layers


def article() -> keras.Model:
    def conv(width: int) -> keras.Layer:
        return L.Conv1D(width, 8, padding="same", activation="relu")

    first = [conv(256), conv(256), L.BatchNormalization(), L.Dropout(0.2), L.MaxPooling1D(8)]
    second = [conv(128), conv(128), L.Dropout(0.2), conv(128), conv(128), L.BatchNormalization(), L.MaxPooling1D(8)]
    last = [conv(64), conv(64), L.Flatten(), L.Dense(7, activation="softmax")]
    return keras.Sequential([keras.Input((162, 1)), *first, *second, *last])


def shaken(model: keras.Model) -> keras.Model:
    """Give every weight a value of its own, variances positive ones."""
    rng = np.random.default_rng(3)
    values = []
    for v in model.weights:
        fan = max(1, int(np.prod(v.shape[:-1])))
        drawn = rng.normal(size=v.shape) / np.sqrt(fan)
        values.append(np.abs(drawn) + 0.5 if "variance" in v.path else drawn)
    model.set_weights(values)
    return model


def branched() -> keras.Model:
    x = keras.Input((12, 10, 2))
    a = L.Conv2D(6, 3, padding="same", use_bias=False)(x)
    a = L.ReLU(max_value=6.0)(L.BatchNormalization(scale=False)(a))
    b = L.DepthwiseConv2D(3, padding="same", depth_multiplier=3)(x)
    y = L.Add()([a, b])
    y = L.AveragePooling2D(2)(L.SeparableConv2D(5, 3, strides=2, padding="same")(y))
    return keras.Model(x, L.Dense(4)(L.Flatten()(y)))


def dilated() -> keras.Model:
    layers = [
        L.Conv1D(8, 3, dilation_rate=2, padding="causal"),
        L.Activation("tanh"),
        L.Conv1D(6, 4, strides=2, groups=2),
    ]
    rest = [L.Permute((2, 1)), L.Dense(3, activation="sigmoid"), L.Reshape((-1,)), L.Softmax()]
    return keras.Sequential([keras.Input((20, 4)), *layers, *rest])


@pytest.mark.parametrize("ending", [".h5", ".keras"])
@pytest.mark.parametrize("make", [article, branched, dilated])
def test_a_file_gives_what_keras_gives(make, ending, tmp_path, rng):
    model = shaken(make())
    path = tmp_path / f"model{ending}"
    model.save(path)
    x = floats(rng, 3, *model.input_shape[1:])
    graph = read_model(path)
    expected = np.asarray(model(x, training=False))
    for g in (graph, optimise(graph)):
        assert np.abs(run(g, x) - expected).max() < 1e-5


def test_a_file_of_keras_2_is_read(tmp_path, rng):
    """Written here as TensorFlow 2.15 wrote it: batch_input_shape, ``kernel:0``, inbound_nodes as nested lists."""
    kernel, bias, dense = floats(rng, 3, 2, 4), floats(rng, 4), floats(rng, 4, 3)
    sources = [
        ("in", "Input", []),
        ("c", "Conv", [[["in", 0, 0, {}]]]),
        ("p", "Pool", [[["c", 0, 0, {}]]]),
        ("d", "D", [[["f", 0, 0, {}]]]),
    ]
    configs = {
        "in": ("InputLayer", {"batch_input_shape": [None, 6, 2], "dtype": "float32"}),
        "c": (
            "Conv1D",
            {
                "strides": [1],
                "padding": "same",
                "dilation_rate": [1],
                "groups": 1,
                "activation": "relu",
                "use_bias": True,
            },
        ),
        "p": ("MaxPooling1D", {"pool_size": [6], "strides": [6], "padding": "valid"}),
        "f": ("Flatten", {}),
        "d": ("Dense", {"activation": "softmax", "use_bias": False}),
    }
    inbound = {name: nodes for name, _, nodes in sources} | {"f": [[["p", 0, 0, {}]]]}
    layers = [
        {"class_name": kind, "config": {"name": name, **config}, "name": name, "inbound_nodes": inbound[name]}
        for name, (kind, config) in configs.items()
    ]
    config = {"name": "old", "layers": layers, "input_layers": [["in", 0, 0]], "output_layers": [["d", 0, 0]]}
    path = tmp_path / "old.h5"
    with h5py.File(path, "w") as file:
        file.attrs["model_config"] = json.dumps({"class_name": "Functional", "config": config})
        group = file.create_group("model_weights")
        group.attrs["layer_names"] = [name.encode() for name in configs]
        for name, arrays in (
            ("in", {}),
            ("c", {"kernel": kernel, "bias": bias}),
            ("p", {}),
            ("f", {}),
            ("d", {"kernel": dense}),
        ):
            inside = group.create_group(name)
            inside.attrs["weight_names"] = [f"{name}/{w}:0".encode() for w in arrays]
            for w, array in arrays.items():
                inside.create_dataset(f"{name}/{w}:0", data=array)
    x = floats(rng, 2, 6, 2)
    padded = np.pad(x, ((0, 0), (1, 1), (0, 0)))
    windows = np.stack([padded[:, t : t + 3].reshape(2, -1) for t in range(6)], axis=1)
    pooled = np.maximum(windows @ kernel.reshape(-1, 4) + bias, 0).max(axis=1)
    powers = np.exp(pooled @ dense)
    assert np.abs(run(read_model(path), x) - powers / powers.sum(axis=1, keepdims=True)).max() < 1e-6


def test_a_layer_that_we_lack_is_named(tmp_path):
    for layer, words in (
        (L.Lambda(lambda x: x), "(Lambda) holds Python code"),
        (L.Conv1D(2, 2, activation="sparsemax"), "'sparsemax'"),
    ):
        path = tmp_path / "model.h5"
        keras.Sequential([keras.Input((9, 2)), layer]).save(path)
        with pytest.raises(UnsupportedError) as caught:
            read_model(path)
        assert words in str(caught.value) and str(path) in str(caught.value) and layer.name in str(caught.value)


@pytest.mark.parametrize("ending", [".h5", ".keras"])
def test_damaged_files_are_one_clear_error(ending, tmp_path, rng):
    path = tmp_path / f"model{ending}"
    model = keras.Sequential([keras.Input((9, 2)), L.Conv1D(2, 2), L.Flatten(), L.Dense(2)])
    model.save(path)
    whole = path.read_bytes()
    cuts = [whole[: len(whole) // 2], b"", b"text, not a model", whole[:100]]
    for i in rng.integers(0, len(whole), 6):
        cuts.append(whole[:i] + bytes([whole[i] ^ 0x40]) + whole[i + 1 :])
    for cut in cuts:
        path.write_bytes(cut)
        try:
            read_model(path)
        except ModelError as error:
            assert str(path) in str(error)


def test_a_claim_without_data_is_refused(tmp_path):
    path = tmp_path / "model.h5"
    keras.Sequential([keras.Input((9, 2)), L.Dense(2, name="d", use_bias=False)]).save(path)
    with h5py.File(path, "r+") as file:
        name = file["model_weights/d"].attrs["weight_names"][0]
        del file["model_weights/d"][name]
        file["model_weights/d"].create_dataset(name, shape=(2, 100_000_000), dtype="f4", chunks=(2, 1000))
    assert path.stat().st_size < 100_000
    with pytest.raises(ModelError, match="claims 800000000 bytes, but 0 are stored"):
        read_model(path)


def test_weights_alone_and_broken_configs_are_refused(tmp_path):
    path = tmp_path / "model.h5"
    with h5py.File(path, "w") as file:
        file.create_group("model_weights")
    with pytest.raises(ModelError, match="save the whole model"):
        read_model(path)
    with h5py.File(path, "w") as file:
        file.attrs["model_config"] = '{"class_name": "Sequential", "config": [3]}'
        file.create_group("model_weights").attrs["layer_names"] = []
    with pytest.raises(ModelError, match="config is damaged"):
        read_model(path)


def test_a_zip_that_is_not_keras_is_refused(tmp_path):
    path = tmp_path / "model.keras"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "hello")
    with pytest.raises(ModelError, match=r"config\.json"):
        read_model(path)


def test_what_is_not_there_or_not_a_model_is_refused(tmp_path):
    with pytest.raises(NotFoundError, match="no model at"):
        read_model(tmp_path / "none.h5")
    (tmp_path / "model.txt").write_text("x")
    with pytest.raises(ModelError, match=r"not a model by its name; accepted: .*\.onnx"):
        read_model(tmp_path / "model.txt")


def test_a_zip_bomb_and_a_bottomless_config_are_refused(tmp_path):
    path = tmp_path / "model.keras"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("config.json", b" " * (60 << 20))
    assert path.stat().st_size < 100_000
    with pytest.raises(ModelError, match=r"'config\.json' is larger than"):
        read_model(path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("config.json", "[" * 200_000)
    with pytest.raises(ModelError, match=r"save .* again"):
        read_model(path)
