import math
from dataclasses import replace

import numpy as np
import pytest

from undertone.errors import InputError, TrainingError
from undertone.models.backend import load_keras
from undertone.training import Examples, load, predict
from undertone.training.sequence import SequenceSettings, SpectralSettings, fit_sequences
from undertone.training.steps import Steps

SETTINGS = SequenceSettings(epochs=3, batch_size=16, frames=16, averaging=0.8, learning_rate=0.02, seed=3)
SPECTRAL = SpectralSettings(band_mask_width=2, time_mask_width=2, shift_bands=0.5)
BANDS = 6


def build(frames):
    layers = load_keras().layers
    sound = layers.Input((frames, BANDS + 2), name="features")
    x = layers.Conv1D(8, 3, padding="same", activation="relu", name="conv")(sound)
    x = layers.BatchNormalization(momentum=0.9, name="norm")(x)
    x = layers.Dropout(0.1, name="drop")(layers.GlobalAveragePooling1D(name="mean")(x))
    scores = layers.Dense(2, activation="softmax", name="scores")(x)
    return load_keras().Model(sound, scores, name="small")


def examples(n=64, seed=0):
    """Two classes: rising and falling bands."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 2, n)
    slope = np.linspace(-1, 1, BANDS + 2) * (2 * y - 1)[:, None]
    x = slope[:, None, :] + 0.5 * rng.standard_normal((n, 24, BANDS + 2))
    return Examples(x.astype(np.float32), y)


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    run = tmp_path_factory.mktemp("sequence")
    return run, fit_sequences(build, examples(), SETTINGS, SPECTRAL, run=run)


def test_it_learns_and_takes_whole_sequences(finished):
    run, history = finished
    model, fresh = load(run / "best.h5"), examples(seed=1)
    assert model.input_shape == (None, 24, BANDS + 2)
    assert (predict(model, fresh.x).argmax(axis=1) == fresh.y).mean() > 0.9
    assert history.loss[-1] < history.loss[0]


def test_a_killed_run_goes_on_to_the_same_bytes(finished, tmp_path, monkeypatch):
    names = fit_sequences.__globals__
    real = names["save_state"]

    def killed(*arguments, **options):
        real(*arguments, **options)
        raise KeyboardInterrupt

    monkeypatch.setitem(names, "save_state", killed)
    for _ in range(SETTINGS.epochs - 1):
        with pytest.raises(KeyboardInterrupt):
            fit_sequences(build, examples(), SETTINGS, SPECTRAL, run=tmp_path)
    monkeypatch.undo()
    fit_sequences(build, examples(), SETTINGS, SPECTRAL, run=tmp_path)
    for name in ("best.h5", "history.json"):
        assert (tmp_path / name).read_bytes() == (finished[0] / name).read_bytes()


def test_what_is_kept_is_the_average(tmp_path):
    last = replace(SETTINGS, averaging=0.0)
    fit_sequences(build, examples(), last, SPECTRAL, run=tmp_path)
    state = np.load(tmp_path / "state.npz")
    kept = load(tmp_path / "best.h5").get_weights()
    assert [(state[f"extra_{i:04d}"] == w).all() for i, w in enumerate(kept)] == [True] * len(kept)
    now = [state[name] for name in sorted(state.files) if name.startswith("variable_")]
    assert all(any(w.shape == v.shape and np.allclose(w, v, atol=1e-6) for v in now) for w in kept)


def test_other_variations_are_another_run(finished):
    with pytest.raises(TrainingError, match="settings was"):
        fit_sequences(build, examples(), SETTINGS, SpectralSettings(), run=finished[0])


def test_a_trunk_brings_all_but_the_last_layer(tmp_path):
    donor = build(16)
    trunk = [np.full_like(w, 0.125) for w in donor.get_weights()]
    settings = replace(SETTINGS, epochs=1, learning_rate=0.0, weight_decay=0.0, averaging=0.0)
    fit_sequences(build, examples(), settings, SPECTRAL, run=tmp_path, trunk=trunk)
    kept = load(tmp_path / "best.h5").get_weights()
    assert (kept[0] == 0.125).all()
    assert not (kept[-2] == 0.125).all()


def test_bad_input_is_refused(tmp_path):
    nothing = Examples(np.zeros((0, 24, 8), np.float32), np.zeros(0, np.int64))
    with pytest.raises(TrainingError, match="at least one example"):
        fit_sequences(build, nothing, SETTINGS, SPECTRAL, run=tmp_path)
    strange = Examples(np.zeros((4, 24, 8), np.float32), np.full(4, 2))
    with pytest.raises(InputError, match="class number 2"):
        fit_sequences(build, strange, SETTINGS, SPECTRAL, run=tmp_path)


def test_a_loss_that_is_no_number_names_the_last_good_state(tmp_path, monkeypatch):
    steps, real = iter(range(100)), Steps.learn

    def fails_in_epoch_two(self, batches):
        for result in real(self, batches):
            yield result if next(steps) < 6 else (math.nan, 0.0)

    monkeypatch.setattr(Steps, "learn", fails_in_epoch_two)
    words = r"epoch 2: the loss is nan; state\.npz in the run folder holds epoch 1\. Lower learning_rate"
    with pytest.raises(TrainingError, match=words):
        fit_sequences(build, examples(), SETTINGS, SPECTRAL, run=tmp_path)
    monkeypatch.undo()
    assert len(fit_sequences(build, examples(), SETTINGS, SPECTRAL, run=tmp_path)) == SETTINGS.epochs


def test_steps_that_run_ahead_learn_what_keras_own_learn(finished, tmp_path, monkeypatch):
    monkeypatch.setattr(Steps, "learn", Steps._one_by_one)
    history = fit_sequences(build, examples(), SETTINGS, SPECTRAL, run=tmp_path)
    assert history.loss == pytest.approx(finished[1].loss, abs=1e-6)
    kept, of_keras = (load(folder / "best.h5").get_weights() for folder in (finished[0], tmp_path))
    for ours, theirs in zip(kept, of_keras, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-6)


def test_each_epoch_is_told(tmp_path):
    told = []
    history = fit_sequences(build, examples(), SETTINGS, SPECTRAL, run=tmp_path, each_epoch=told.append)
    assert [len(one) for one in told] == [1, 2, 3]
    assert told[-1] == history
