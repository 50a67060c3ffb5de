"""The importers under mutations of good files; `python -m tests.compiler.importer_fuzz` runs the same for longer."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from .importer_fuzz import fuzz_hdf5, fuzz_keras, fuzz_onnx

os.environ.setdefault("KERAS_BACKEND", "jax")
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]
SECONDS = float(os.environ.get("UNDERTONE_FUZZ_SECONDS", "60"))


def good_models():
    """Networks of many operators: as Keras exports one, recurrent, with attention, resizing and shape arithmetic."""
    from onnx import helper

    from .test_onnx_files import keras_like, model

    rng = np.random.default_rng(0)
    node = helper.make_node

    def floats(*shape):
        return rng.normal(size=shape).astype(np.float32)

    pieces = [
        node("Slice", ["x", "one", "five", "one"], ["a"]),
        node("Pad", ["a", "pads"], ["b"]),
        node("Tile", ["b", "repeats"], ["c"]),
        node("Resize", ["c", "", "scales"], ["d"], mode="linear"),
        node("Split", ["d"], ["e", "f"], axis=1, num_outputs=2),
        node("Concat", ["e", "f"], ["g"], axis=2),
        node("Range", ["zero", "three", "step"], ["h"]),
        node("Gather", ["g", "h"], ["i"], axis=2),
        node("Einsum", ["i", "w"], ["j"], equation="btc,ck->btk"),
        node("ReduceMean", ["j", "one"], ["y"], keepdims=0),
    ]
    numbers = {"one": [1], "five": [5], "pads": [0, 1, 0, 0, 1, 0], "repeats": [1, 2, 1]}
    weights = {n: np.array(v, np.int64) for n, v in numbers.items()}
    weights |= {n: np.array(v, np.int64) for n, v in {"zero": 0, "three": 3, "step": 1}.items()}
    weights |= {"scales": np.array([1, 2, 1], np.float32), "w": floats(3, 4)}
    turned = [node("Transpose", ["x"], ["t"], perm=[1, 0, 2])]
    gru = [*turned, node("GRU", ["t", "w", "r", "b"], ["s", "l"], hidden_size=4, direction="bidirectional")]
    gru.append(node("LayerNormalization", ["l", "n"], ["y"]))
    matrices = {"w": floats(2, 12, 3), "r": floats(2, 12, 4), "b": floats(2, 24), "n": floats(4)}
    heads = [node("Attention", ["x", "x", "x"], ["y"], q_num_heads=3, kv_num_heads=3)]
    old = model(*keras_like(rng))
    return [old, *(model(n, w, opset=23) for n, w in ((pieces, weights), (gru, matrices), (heads, {})))]


def good_files(folder: Path) -> list[Path]:
    """.h5 files of small networks of many layers, and last a .keras."""
    import keras

    layers = keras.layers
    x = keras.Input((6, 4))
    y = layers.Concatenate()([layers.Conv1D(3, 3, padding="same", activation="relu")(x), layers.UpSampling1D(1)(x)])
    y = layers.BatchNormalization()(layers.Bidirectional(layers.GRU(3, return_sequences=True))(y))
    y = layers.MultiHeadAttention(2, 3)(y, y)
    attentive = keras.Model(x, layers.Dense(3, activation="softmax")(layers.GlobalMaxPooling1D()(y)))
    x = keras.Input((6, 5, 2))
    y = layers.Conv2DTranspose(2, 3, strides=2)(layers.DepthwiseConv2D(3, padding="same")(layers.ZeroPadding2D(1)(x)))
    y = layers.LayerNormalization()(layers.MaxPooling2D(2)(layers.Cropping2D(1)(y)))
    flat = keras.Model(x, layers.LSTM(3)(layers.TimeDistributed(layers.Flatten())(y)))
    files = [folder / "attentive.h5", folder / "flat.h5", folder / "flat.keras"]
    for model, path in zip((attentive, flat, flat), files, strict=True):
        model.save(path)
    return files


def test_mutated_onnx_models_are_read_or_refused():
    pytest.importorskip("onnx")
    tried, read = fuzz_onnx(good_models(), SECONDS, 0)
    assert tried > SECONDS and read > 0


def test_mutated_keras_configs_are_read_or_refused(tmp_path):
    pytest.importorskip("keras")
    tried, read = fuzz_keras(good_files(tmp_path)[:-1], SECONDS, 0)
    assert tried > SECONDS and read > 0


def test_mutated_hdf5_files_are_read_or_refused(tmp_path):
    pytest.importorskip("keras")
    tried, _ = fuzz_hdf5(good_files(tmp_path), SECONDS, 0)
    assert tried > 0
    assert sorted(p.name for p in tmp_path.iterdir()) == ["attentive.h5", "flat.h5", "flat.keras"]
