"""The run folder: who may write into it, and what it holds."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

from undertone.config import from_dict, read_toml, to_dict, to_toml
from undertone.corpora.content import digest
from undertone.errors import ConfigError, CorpusError, NotFoundError
from undertone.experiment.settings import ExperimentSettings
from undertone.pages import write
from undertone.types import Corpus, Fold


def claim(run: Path, settings: ExperimentSettings) -> None:
    """Make a run folder, or go on with one of the same settings.

    Raises
    ------
    ConfigError
        The folder holds a run of other settings, or files that no run wrote.
    """
    told = run / "experiment.toml"
    if told.is_file():
        differing = _differences(settings_of(run), settings)
        if differing:
            raise ConfigError(
                f"{run}: holds a run with other settings: {'; '.join(differing)}. Choose another --out, "
                "or delete that folder to start anew"
            )
        return
    if run.exists() and (not run.is_dir() or any(run.iterdir())):
        raise ConfigError(f"{run}: is not empty and holds no run; choose another --out")
    run.mkdir(parents=True, exist_ok=True)
    write(told, to_toml(settings))


def settings_of(run: Path) -> ExperimentSettings:
    """Read a run's settings; a folder that holds no run is a `NotFoundError`."""
    if not (run / "experiment.toml").is_file():
        raise NotFoundError(
            f"no run at {str(run)!r} (no experiment.toml in it); make one with: undertone train CORPUS --out {run}"
        )
    return read_toml(ExperimentSettings, run / "experiment.toml")


def keep_fold(run: Path, fold: Fold, corpus: Corpus) -> None:
    """Write the split and the digest of the recordings that it numbers; a run that goes on must have the same.

    Raises
    ------
    CorpusError
        The run was begun with other recordings, labels or another split.
    """
    path, values = run / "fold.json", to_dict(fold) | {"recordings": digest(corpus)}
    if not path.is_file():
        write_json(path, values)
    elif to_dict(Fold("", (), (), ())) | read_json(path) != values:  # what an older run did not say is as by default
        raise CorpusError(_changed(run, corpus))


def fold_of(run: Path, corpus: Corpus) -> Fold:
    """Read who trained, who chose the epoch and who judges.

    Raises
    ------
    NotFoundError
        The run did not come so far.
    CorpusError
        The recordings or labels are not those that the run was trained on: the split would name other clips.
    """
    values = read_json(run / "fold.json")
    if values.pop("recordings", "") != digest(corpus):
        raise CorpusError(_changed(run, corpus))
    return from_dict(Fold, values, where=str(run / "fold.json"))


def _changed(run: Path, corpus: Corpus) -> str:
    return (
        f"{run}: the recordings or labels of {corpus.name} have changed since this run was begun, so nobody can tell "
        "whom it never heard; put them back, or train into another folder"
    )


def need(path: Path) -> Path:
    """Return a file of a run if it is there; a `NotFoundError` says how to go on."""
    if not path.is_file():
        raise NotFoundError(
            f"{path} is missing: the run is not finished; go on with: undertone train … --out {path.parent}"
        )
    return path


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON object of a run; one that is missing says which verb writes it."""
    try:
        values: dict[str, Any] = json.loads(need(path).read_text(encoding="utf-8"))
    except ValueError as error:  # not UTF-8 or not JSON
        raise ConfigError(
            f"{path}: not JSON ({error}); delete it and run: undertone train … --out {path.parent}"
        ) from error
    return values


def write_json(path: Path, values: dict[str, Any]) -> None:
    """Write a JSON object whole or not at all."""
    write(path, json.dumps(values, indent=1, ensure_ascii=False) + "\n")


def _differences(there: Any, here: Any, prefix: str = "") -> list[str]:
    """Name each field in which two settings differ: ``train.epochs is 20 there, 3 here``."""
    lines = []
    for field in dataclasses.fields(there):
        was, now = getattr(there, field.name), getattr(here, field.name)
        if dataclasses.is_dataclass(was):
            lines += _differences(was, now, f"{prefix}{field.name}.")
        elif was != now:
            lines.append(f"{prefix}{field.name} is {was!r} there, {now!r} here")
    return lines
