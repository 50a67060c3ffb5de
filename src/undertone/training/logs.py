"""Epochs told to those who watch: TensorBoard's event files and MLflow's runs, each loaded only when it is asked for.

>>> list(LOGS)
['mlflow', 'tensorboard']
"""

from __future__ import annotations

import contextlib
import importlib
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from undertone.errors import MissingExtraError, TrainingError
from undertone.registry import Registry
from undertone.training.files import whole
from undertone.training.history import History

#: Told after each epoch, with the history up to it.
EachEpoch = Callable[[History], None]
#: Opens a log of a run folder, whose settings are plain values by name.
Log = Callable[[Path, Mapping[str, Any]], AbstractContextManager[EachEpoch]]

LOGS: Registry[Log] = Registry("log")
EXPERIMENT = "undertone"
SERIES = ("loss", "accuracy", "val_loss", "val_accuracy", "val_uar")


@LOGS.register("tensorboard")
@contextlib.contextmanager
def tensorboard(run: Path, settings: Mapping[str, Any]) -> Iterator[EachEpoch]:
    """Write event files into ``run/tensorboard``; ``tensorboard --logdir`` of any version shows them.

    A run that goes on adds a file; its epochs go on too.
    """
    writer_of = _package("tensorboardX", "tensorboard")
    folder = run / "tensorboard"
    # The writer names its file by the second: a run that goes on within it would overwrite what was told before.
    part = f".part{len(list(folder.glob('events.*')))}"
    with writer_of.SummaryWriter(str(folder), flush_secs=5, filename_suffix=part) as writer:
        table = "\n".join(f"|{name}|{value}|" for name, value in settings.items())
        writer.add_text("settings", f"|setting|value|\n|---|---|\n{table}")

        def told(history: History) -> None:
            for name, value in last(history).items():
                writer.add_scalar(name, value, len(history))
            writer.flush()

        yield told


@LOGS.register("mlflow")
@contextlib.contextmanager
def mlflow(run: Path, settings: Mapping[str, Any]) -> Iterator[EachEpoch]:
    """Keep a run of MLflow's experiment "undertone", where ``MLFLOW_TRACKING_URI`` or MLflow's default says.

    The run's number is kept in ``run/mlflow.txt``: a training that goes on after a kill goes on with the same run.
    """
    package = _package("mlflow", "mlflow")
    try:
        client = package.MlflowClient()
        number = _mlflow_run(client, run, settings)
    except package.exceptions.MlflowException as error:
        raise TrainingError(f"MLflow cannot be written to ({package.get_tracking_uri()}): {error}") from error

    def told(history: History) -> None:
        for name, value in last(history).items():
            client.log_metric(number, name, value, step=len(history))

    status = "FAILED"
    try:
        yield told
        status = "FINISHED"
    finally:
        client.set_terminated(number, status=status)


def last(history: History) -> dict[str, float]:
    """Return what the last epoch measured.

    Examples
    --------
    >>> last(History(loss=(2.0, 1.5), accuracy=(0.1, 0.4)))
    {'loss': 1.5, 'accuracy': 0.4}
    """
    return {name: getattr(history, name)[-1] for name in SERIES if getattr(history, name)}


def flat(values: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Name nested settings by their places.

    Examples
    --------
    >>> flat({"model": "article", "train": {"epochs": 20}})
    {'model': 'article', 'train.epochs': 20}
    """
    found: dict[str, Any] = {}
    for name, value in values.items():
        found |= flat(value, f"{prefix}{name}.") if isinstance(value, Mapping) else {f"{prefix}{name}": value}
    return found


def _mlflow_run(client: Any, run: Path, settings: Mapping[str, Any]) -> str:
    kept = run / "mlflow.txt"
    if kept.is_file():
        number = kept.read_text(encoding="utf-8").strip()
        client.update_run(number, status="RUNNING")
        return number
    experiment = client.get_experiment_by_name(EXPERIMENT)
    place = client.create_experiment(EXPERIMENT) if experiment is None else experiment.experiment_id
    number = str(client.create_run(place, run_name=run.resolve().name).info.run_id)
    for name, value in settings.items():
        client.log_param(number, name, value)
    with whole(kept) as draft:
        draft.write_text(number + "\n", encoding="utf-8")
    return number


def _package(name: str, extra: str) -> Any:
    os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")  # MLflow asks for git, and complains where there is none
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        raise MissingExtraError(f"a log for {extra}", error.name or name, extra) from error
