"""Every layer of Keras that can be read, within 1e-5 of Keras itself, from .h5 and .keras."""

from __future__ import annotations

import os

import numpy as np
import pytest

from undertone.compiler import evaluate, optimise, read_model
from undertone.compiler.importers.keras_layers import LAYERS
from undertone.errors import UnsupportedError

from .conftest import floats, run_c

os.environ.setdefault("KERAS_BACKEND", "jax")
pytest.importorskip("h5py")
keras = pytest.importorskip("keras")
L = keras.layers


def chain(shape, *layers):
    return keras.Sequential([keras.Input(shape), *layers])


def recurrent():
    x = keras.Input((7, 3))
    layers = [
        L.LSTM(4),
        L.GRU(5, reset_after=False, use_bias=False),
        L.GRU(3, go_backwards=True, activation="relu"),
        L.SimpleRNN(2),
        L.Bidirectional(L.LSTM(3)),
    ]
    ends = [layer(x) for layer in layers]
    sequences = [
        L.GRU(4, return_sequences=True, go_backwards=True),
        L.Bidirectional(L.GRU(3, return_sequences=True), merge_mode="sum"),
        L.Bidirectional(L.LSTM(2, return_sequences=True)),
    ]
    y = L.Concatenate()([layer(x) for layer in sequences])
    return keras.Model(x, [*ends, y, L.SimpleRNN(3, return_sequences=True, activation="sigmoid")(y)])


def over_time():
    x = keras.Input((5, 6, 4))
    y = L.TimeDistributed(L.Conv1D(3, 2, activation="relu"))(x)
    y = L.TimeDistributed(L.Flatten())(y)
    y = L.TimeDistributed(L.Dense(4))(y)
    z = L.MultiHeadAttention(2, 3)(y, y)
    w = L.MultiHeadAttention(1, 4, use_bias=False)(z, y, y)
    return keras.Model(x, [z, w])


def convolved():
    x = keras.Input((6, 5, 3))
    layers = [
        L.Conv2DTranspose(2, 3, strides=2, padding="same"),
        L.Conv2DTranspose(2, (2, 4), strides=(3, 1), padding="valid", activation="tanh"),
        L.Conv2DTranspose(2, 2, strides=3, padding="same"),
        L.DepthwiseConv2D((3, 2), strides=2, padding="same", depth_multiplier=2),
        L.SeparableConv2D(4, 3),
        L.MaxPooling2D((3, 2), strides=2, padding="same"),
        L.AveragePooling2D((3, 2), strides=2, padding="same"),
        L.GlobalAveragePooling2D(),
        L.GlobalMaxPooling2D(keepdims=True),
        L.UpSampling2D((2, 3)),
        L.UpSampling2D((2, 3), interpolation="bilinear"),
        L.ZeroPadding2D(((1, 0), (2, 3))),
        L.Cropping2D(((1, 0), (2, 1))),
    ]
    return keras.Model(x, [layer(x) for layer in layers])


def along_time():
    x = keras.Input((9, 4))
    layers = [
        L.Conv1DTranspose(3, 4, strides=2, padding="same"),
        L.Conv1DTranspose(3, 3, strides=2),
        L.DepthwiseConv1D(3, padding="same"),
        L.SeparableConv1D(5, 3, strides=2, padding="same"),
        L.MaxPooling1D(2, padding="same"),
        L.AveragePooling1D(4, strides=3),
        L.GlobalAveragePooling1D(),
        L.GlobalMaxPooling1D(),
        L.UpSampling1D(3),
        L.ZeroPadding1D((2, 1)),
        L.Cropping1D((1, 2)),
        L.Permute((2, 1)),
        L.Conv2D(2, (3, 1))(L.Reshape((9, 4, 1))(x)),
    ]
    return keras.Model(x, [layer if isinstance(layer, keras.KerasTensor) else layer(x) for layer in layers])


def scaled():
    x = keras.Input((6, 8))
    normal = L.Normalization()
    normal.adapt(np.random.default_rng(0).normal(2, 3, (50, 6, 8)))
    layers = [
        L.BatchNormalization(scale=False),
        L.LayerNormalization(),
        L.LayerNormalization(axis=[1, 2], center=False),
        L.GroupNormalization(4),
        L.RMSNormalization(),
        normal,
        L.Normalization(mean=0.5, variance=4.0),
        L.Rescaling(0.25, offset=-1),
        L.UnitNormalization(axis=1),
    ]
    return keras.Model(x, [layer(x) for layer in layers])


NAMES = (
    "celu elu exponential gelu hard_sigmoid hard_silu leaky_relu log_softmax mish relu relu6 selu sigmoid silu softmax "
    "softplus softsign tanh"
)


def curved():
    x = keras.Input((3, 5))
    layers = [
        *(L.Activation(name) for name in NAMES.split()),
        L.Dense(4, activation="swish"),
        L.ELU(0.5),
        L.LeakyReLU(),
        L.PReLU(shared_axes=[1]),
        L.ReLU(max_value=0.4),
        L.ReLU(negative_slope=0.1),
        L.Softmax(axis=1),
        chain(
            (3, 5),
            L.ActivityRegularization(),
            L.AlphaDropout(0.1),
            L.Dropout(0.1),
            L.GaussianDropout(0.1),
            L.GaussianNoise(0.1),
            L.SpatialDropout1D(0.1),
            L.Dense(2),
        ),
    ]
    return keras.Model(x, [layer(x) for layer in layers])


def branched():
    """Several inputs, joints of every kind, a layer used twice, a model inside a model inside a model."""
    x, y = keras.Input((8,)), keras.Input((8,))
    twice = L.Dense(6, activation="relu")
    a, b = twice(x), twice(y)
    inner = chain((6,), L.Dense(5), L.BatchNormalization(), L.Dense(6))
    z = keras.Input((6,))
    outer = keras.Model(z, L.Add()([inner(z), L.Dense(6)(z)]))
    joints = [L.Add(), L.Average(), L.Concatenate(axis=1), L.Maximum(), L.Minimum(), L.Multiply(), L.Subtract()]
    joined = [joint([outer(a), b]) for joint in joints]
    wide = L.SpatialDropout2D(0.1)(L.Reshape((3, -1, 1))(L.RepeatVector(3)(L.Flatten()(joined[2]))))
    return keras.Model([x, y], [*joined, wide])


MODELS = (recurrent, over_time, convolved, along_time, scaled, curved, branched)


def shaken(model):
    rng = np.random.default_rng(3)
    for v in model.weights:
        if v.dtype == "float32" and not v.path.startswith("normalization"):  # that one keeps what it was adapted to
            drawn = rng.normal(size=v.shape) / np.sqrt(max(1, int(np.prod(v.shape[:-1]))))
            v.assign(np.abs(drawn) + 0.5 if "variance" in v.path else drawn)
    return model


def answers(model, rng):
    """Return inputs by name, and what Keras gives for them."""
    inputs = [floats(rng, 1, *t.shape[1:]) * 2 for t in model.inputs]
    given = model(inputs if len(inputs) > 1 else inputs[0], training=False)
    return inputs, [np.asarray(a) for a in (given if isinstance(given, list | tuple) else [given])]


@pytest.mark.parametrize("ending", [pytest.param(".h5", marks=pytest.mark.slow), ".keras"])
@pytest.mark.parametrize("make", MODELS)
def test_layers_give_what_keras_gives(make, ending, tmp_path, rng):
    model = shaken(make())
    path = tmp_path / f"model{ending}"
    model.save(path)
    inputs, expected = answers(model, rng)
    graph = read_model(path)
    for g in (graph, optimise(graph)):
        got = list(evaluate(g, dict(zip(g.inputs, inputs, strict=True))).values())
        for i, (ours, theirs) in enumerate(zip(got, expected, strict=True)):
            assert ours.shape == theirs.shape and np.abs(ours - theirs).max() < 1e-5, f"output {i}"


@pytest.mark.slow
def test_every_layer_that_is_read_has_a_row():
    used = set()
    for make in MODELS:
        kinds = [*make()._flatten_layers()]
        used |= {type(layer).__name__ for layer in kinds}
    assert set(LAYERS) - used == {"ThresholdedReLU"}  # of Keras 2 alone; test_keras_2.py has it


@pytest.mark.slow
@pytest.mark.parametrize("make", MODELS)
def test_the_c_of_layers_gives_what_keras_gives(make, tmp_path, rng):
    model = shaken(make())
    model.save(tmp_path / "model.h5")
    inputs, expected = answers(model, rng)
    (tmp_path / "c").mkdir()
    for ours, theirs in zip(run_c(read_model(tmp_path / "model.h5"), inputs, tmp_path / "c"), expected, strict=True):
        assert np.abs(ours - theirs).max() < 1e-5


@pytest.mark.parametrize(
    ("layer", "words"),
    [
        (L.GRU(3, return_state=True), "returns, takes or keeps a state"),
        (L.BatchNormalization(axis=1), "normalises axis (1,)"),
        (L.Conv1DTranspose(2, 3, output_padding=1, strides=2), "output padding"),
        (L.UpSampling2D(2, interpolation="bicubic"), "interpolates by 'bicubic'"),
    ],
)
def test_a_form_that_we_lack_is_named(layer, words, tmp_path):
    x = keras.Input((6, 4, 2) if isinstance(layer, L.UpSampling2D) else (6, 4))
    y = layer(x)
    keras.Model(x, y[0] if isinstance(y, list | tuple) else y).save(tmp_path / "model.keras")
    with pytest.raises(UnsupportedError) as caught:
        read_model(tmp_path / "model.keras")
    assert words in str(caught.value) and repr(layer.name) in str(caught.value)
