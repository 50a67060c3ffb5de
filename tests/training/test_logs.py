"""Each epoch is told once, in the files that TensorBoard and MLflow themselves read."""

import logging
import struct
import sys

import pytest

from undertone.errors import MissingExtraError, TrainingError
from undertone.training import History
from undertone.training.logs import LOGS, SERIES

SETTINGS = {"model": "article", "train.epochs": 3}


@pytest.fixture
def file_store(tmp_path, monkeypatch):
    """Keep MLflow's runs in a folder, quickly; its own default is a database."""
    pytest.importorskip("mlflow")
    import mlflow

    where = (tmp_path / "mlruns").as_uri()
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", where)
    before = mlflow.get_tracking_uri()
    mlflow.set_tracking_uri(where)
    logging.getLogger("mlflow").setLevel(logging.ERROR)
    yield mlflow.MlflowClient(where)
    mlflow.set_tracking_uri(before)


def events(folder):
    """Read scalars from event files: records of length, checksum, content, checksum, as TensorFlow defines them."""
    event_pb2 = pytest.importorskip("tensorboardX.proto.event_pb2")
    found = []
    for path in sorted(folder.glob("events.*")):
        data = path.read_bytes()
        while data:
            (length,) = struct.unpack("<Q", data[:8])
            event = event_pb2.Event.FromString(data[12 : 12 + length])
            data = data[16 + length :]
            found += [(v.tag, event.step, round(v.simple_value, 6)) for v in event.summary.value if v.tag in SERIES]
    return found


def test_tensorboard_is_told_each_epoch_once_though_the_training_was_killed(small, finished, tmp_path):
    _, unbroken = finished
    run = tmp_path / "run"

    class Killed(Exception):
        pass

    def die_in_the_third_epoch(done, total, text):
        if done == total // 2 + 1:
            raise Killed

    for progress in (die_in_the_third_epoch, None):
        with LOGS["tensorboard"](run, SETTINGS) as told:
            try:
                small.train(run, progress=progress, each_epoch=told)
            except Killed:
                assert progress is not None
    found = events(run / "tensorboard")
    expected = [
        (name, epoch + 1, round(getattr(unbroken, name)[epoch], 6)) for epoch in range(len(unbroken)) for name in SERIES
    ]
    assert [at[:2] for at in sorted(found)] == [at[:2] for at in sorted(expected)]
    assert [at[2] for at in sorted(found)] == pytest.approx([at[2] for at in sorted(expected)], abs=1e-5)


def test_tensorboards_own_reader_finds_the_same(tmp_path):
    pytest.importorskip("tensorboardX")
    reader = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    with LOGS["tensorboard"](tmp_path, SETTINGS) as told:
        told(History(loss=(2.0,), accuracy=(0.25,)))
        told(History(loss=(2.0, 1.5), accuracy=(0.25, 0.5)))
    accumulated = reader.EventAccumulator(str(tmp_path / "tensorboard")).Reload()
    assert [(e.step, e.value) for e in accumulated.Scalars("loss")] == [(1, 2.0), (2, 1.5)]
    assert accumulated.Tags()["scalars"] == ["loss", "accuracy"]


def test_mlflow_keeps_settings_and_epochs_and_goes_on_with_its_run(file_store, tmp_path):
    run = tmp_path / "night-3"
    run.mkdir()
    with pytest.raises(KeyError), LOGS["mlflow"](run, SETTINGS) as told:
        told(History(loss=(2.0,)))
        raise KeyError
    (number,) = (run / "mlflow.txt").read_text().split()
    assert file_store.get_run(number).info.status == "FAILED"
    with LOGS["mlflow"](run, SETTINGS) as told:
        told(History(loss=(2.0, 1.5)))
    kept = file_store.get_run(number)
    assert kept.info.status == "FINISHED" and kept.info.run_name == "night-3"
    assert kept.data.params == {"model": "article", "train.epochs": "3"}
    assert [(m.step, m.value) for m in file_store.get_metric_history(number, "loss")] == [(1, 2.0), (2, 1.5)]


def test_an_mlflow_that_cannot_be_written_to_is_told(tmp_path, monkeypatch):
    mlflow = pytest.importorskip("mlflow")
    monkeypatch.delenv("MLFLOW_ALLOW_FILE_STORE", raising=False)
    before = mlflow.get_tracking_uri()
    mlflow.set_tracking_uri((tmp_path / "mlruns").as_uri())
    try:
        with pytest.raises(TrainingError, match="MLflow cannot be written to"), LOGS["mlflow"](tmp_path, SETTINGS):
            pass
    finally:
        mlflow.set_tracking_uri(before)


@pytest.mark.parametrize(("name", "package"), [("tensorboard", "tensorboardX"), ("mlflow", "mlflow")])
def test_a_missing_package_names_the_extra(name, package, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingExtraError, match=rf"undertone\[{name}\]"), LOGS[name](tmp_path, SETTINGS):
        pass


def test_a_strange_log_names_the_nearest(undertone, tiny):
    told = undertone("train", tiny, "--out", "run", "--log", "tensorbord")
    assert told.status == 1
    assert "unknown log 'tensorbord' (did you mean 'tensorboard'?)" in told.err


def test_nothing_of_it_is_loaded_unasked(process):
    import subprocess

    code = "import sys, undertone.experiment; print({'mlflow', 'tensorboardX', 'optuna'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "set()"
