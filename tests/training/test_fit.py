import math
import random
import shutil
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import balanced_accuracy_score, log_loss

from undertone.errors import InputError, TrainingError
from undertone.training import Examples, TrainSettings, fit, load, predict, read_history
from undertone.training import fit as fit_module_function
from undertone.training.fit import _batches
from undertone.training.steps import Steps

FILES = ("best.h5", "history.json")


def contents(run):
    return [(run / name).read_bytes() for name in FILES]


def test_it_learns(small, finished):
    run, history = finished
    assert len(history) == small.SETTINGS.epochs
    assert max(history.val_uar) > 0.8
    assert history.loss[-1] < history.loss[0]
    assert read_history(run / "history.json") == history


def test_checkpoint_is_the_best_epoch(small, finished):
    run, history = finished
    held_out = small.blobs(40, 2)
    scores = predict(load(run / "best.h5"), held_out.x)
    best = history.best_epoch - 1
    assert scores.sum(axis=1) == pytest.approx(1, abs=1e-6)
    assert balanced_accuracy_score(held_out.y, scores.argmax(axis=1)) == pytest.approx(history.val_uar[best])
    assert log_loss(held_out.y, scores) == pytest.approx(history.val_loss[best], rel=1e-5)
    assert history.val_uar[best] == max(history.val_uar)


def test_same_seed_same_bytes(small, finished, tmp_path):
    before = random.getstate()
    small.train(tmp_path)
    assert contents(tmp_path) == contents(finished[0])
    assert random.getstate() == before, "the caller's generator was disturbed"


def test_finished_run_is_not_trained_again(small, finished):
    run, history = finished
    steps = []
    assert small.train(run, progress=lambda *told: steps.append(told)) == history
    assert steps == []


def test_stop_between_checkpoint_and_state(small, finished, tmp_path, monkeypatch):
    real, saved = fit_module_function.__globals__["save_state"], []

    def fails_once(*arguments):
        saved.append(arguments)
        if len(saved) == 3:
            raise KeyboardInterrupt
        real(*arguments)

    monkeypatch.setitem(fit_module_function.__globals__, "save_state", fails_once)
    with pytest.raises(KeyboardInterrupt):
        small.train(tmp_path)
    small.train(tmp_path)
    assert contents(tmp_path) == contents(finished[0])


def test_without_validation_the_last_epoch_stays(small, tmp_path):
    nobody = Examples(np.zeros((0, 12), np.float32), np.zeros(0, np.int64))
    settings = replace(small.SETTINGS, epochs=2)
    history = fit(small.small, small.blobs(90, 1), nobody, settings, run=tmp_path / "a")
    assert (len(history), history.best_epoch, history.val_uar) == (2, 2, ())
    fit(small.small, small.blobs(90, 1), None, settings, run=tmp_path / "b")
    assert contents(tmp_path / "a") == contents(tmp_path / "b")


def test_patience(small, tmp_path):
    settings = replace(small.SETTINGS, epochs=40, patience=2)
    history = fit(small.small, small.blobs(90, 1, spread=4.0), small.blobs(40, 2, spread=4.0), settings, run=tmp_path)
    assert len(history) == history.best_epoch + 2 < 40


def test_weights_count(small, tmp_path):
    train = small.blobs(90, 1)
    settings = replace(small.SETTINGS, epochs=1)
    fit(small.small, train, None, settings, run=tmp_path / "plain")
    fit(small.small, replace(train, weights=np.ones(90, np.float32)), None, settings, run=tmp_path / "ones")
    fit(
        small.small, replace(train, weights=np.linspace(0, 3, 90, dtype=np.float32)), None, settings, run=tmp_path / "w"
    )
    plain, ones, weighted = (read_history(tmp_path / name / "history.json").loss for name in ("plain", "ones", "w"))
    assert plain == pytest.approx(ones)
    assert plain != pytest.approx(weighted, rel=1e-3)


def test_progress_counts_every_step(small, tmp_path):
    told = []
    settings = replace(small.SETTINGS, epochs=2)
    fit(small.small, small.blobs(90, 1), small.blobs(40, 2), settings, run=tmp_path, progress=lambda *t: told.append(t))
    assert [done for done, _, _ in told] == list(range(1, 13))
    assert {total for _, total, _ in told} == {12}
    assert "epoch 2 of 2: loss" in told[-1][2] and "validation UAR" in told[-1][2]


def test_other_settings_are_refused_by_name(small, finished):
    other = replace(small.SETTINGS, learning_rate=0.02)
    with pytest.raises(TrainingError, match=r"begun otherwise: learning_rate was 0\.01, is 0\.02\. Give the old"):
        fit(small.small, small.blobs(90, 1), small.blobs(40, 2), other, run=finished[0])


def test_other_data_are_refused_by_name(small, finished):
    with pytest.raises(TrainingError, match=r"training examples was 90 \(.*, is 90 \("):
        fit(small.small, small.blobs(90, 7), small.blobs(40, 2), small.SETTINGS, run=finished[0])


def test_state_without_its_checkpoint(small, finished, tmp_path):
    shutil.copy(finished[0] / "state.npz", tmp_path)
    with pytest.raises(TrainingError, match=r"best\.h5, of epoch \d, is gone; delete state\.npz to train again"):
        small.train(tmp_path)


def test_damaged_state_is_named(small, tmp_path):
    (tmp_path / "state.npz").write_bytes(b"PK\x03\x04 not really")
    with pytest.raises(TrainingError, match=r"state\.npz: not a readable training state .* delete it to start over"):
        small.train(tmp_path)


def test_loss_that_is_no_number_in_the_first_epoch(small, tmp_path):
    train = small.blobs(90, 1)
    wild = replace(train, x=np.sign(train.x) * np.finfo(np.float32).max)
    with pytest.raises(TrainingError, match=r"epoch 1: the loss is nan; no epoch was finished\. Lower learning_rate"):
        fit(small.small, wild, None, small.SETTINGS, run=tmp_path)


def test_loss_that_is_no_number_names_the_checkpoint(small, tmp_path, monkeypatch):
    steps, real = iter(range(100)), Steps.learn

    def fails_in_epoch_two(self, batches):
        for result in real(self, batches):
            yield result if next(steps) < 8 else (math.nan, 0.0)

    monkeypatch.setattr(Steps, "learn", fails_in_epoch_two)
    with pytest.raises(TrainingError, match=r"epoch 2: the loss is nan; .*best\.h5 holds epoch 1"):
        fit(small.small, small.blobs(90, 1), None, small.SETTINGS, run=tmp_path)
    assert len(read_history(tmp_path / "history.json")) == 1


def test_class_without_an_output(small, tmp_path):
    wrong = replace(small.blobs(20, 1), y=np.full(20, 3))
    with pytest.raises(InputError, match="class number 3; 'small' has outputs 0 to 2"):
        fit(small.small, wrong, None, small.SETTINGS, run=tmp_path)


def test_nothing_to_learn_from(small, tmp_path):
    nothing = Examples(np.zeros((0, 12), np.float32), np.zeros(0, np.int64))
    with pytest.raises(TrainingError, match="at least one example"):
        fit(small.small, nothing, None, small.SETTINGS, run=tmp_path)


@given(count=st.integers(1, 500), size=st.integers(1, 100), epoch=st.integers(0, 9))
def test_batches_hold_every_row_at_least_once(count, size, epoch):
    batches = _batches(count, TrainSettings(batch_size=size), epoch=epoch)
    seen = np.bincount(batches.ravel(), minlength=count)
    assert batches.shape[1] == min(size, count)
    assert batches.size - count < batches.shape[1]
    assert set(seen) <= {1, 2}
