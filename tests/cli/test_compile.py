"""`deepCC model.h5` with nothing else said: a folder with program, C and report, that answers as Keras does."""

from __future__ import annotations

import json
import os

import numpy as np
import pytest

from undertone.cli import deepcc
from undertone.compiler import toolchain


@pytest.mark.slow
def test_deepcc_does_the_obvious_thing(undertone, tmp_path):
    os.environ.setdefault("KERAS_BACKEND", "jax")
    keras = pytest.importorskip("keras")
    layers = [keras.layers.Conv1D(4, 3, activation="relu"), keras.layers.Flatten(), keras.layers.Dense(2)]
    model = keras.Sequential([keras.Input((10, 1)), *layers])
    model.save(tmp_path / "model.h5")
    told = undertone("model.h5", main=deepcc)
    assert told.status == 0 and "model_c/report.html" in told.out
    x = np.random.default_rng(0).standard_normal((3, 10, 1)).astype(np.float32)
    status, out, _ = toolchain.run(tmp_path / "model_c/model", stdin=x.tobytes())
    assert status == 0
    assert np.abs(np.frombuffer(out, np.float32).reshape(3, 2) - model.predict(x, verbose=0)).max() < 1e-5
    values = json.loads((tmp_path / "model_c/report.json").read_text())
    assert values["network"]["macs"] == 8 * 4 * 3 + 32 * 2 and values["error"]["wrong"] == 0
    assert all(board["fits"] for board in values["boards"])


def test_one_voice_is_refused_where_there_is_no_line_for_it(undertone, small_file, tmp_path) -> None:
    told = undertone("compile", small_file, "--one-voice", "--out", "out")
    assert (told.status, told.out) == (1, "")
    assert told.err.startswith("undertone: error: small: holds no line for a known voice, so it cannot follow one")
    assert not (tmp_path / "out").exists()
