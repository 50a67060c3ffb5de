"""Many folds and seeds at once: side by side on the cores, or on other machines; what is done is kept."""

from __future__ import annotations

import functools
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from undertone import machines as other
from undertone.config import from_dict, to_dict
from undertone.errors import NotFoundError
from undertone.experiment import folder
from undertone.experiment.others import learn_from_others
from undertone.experiment.protocol import FoldAnswers, answer_fold
from undertone.experiment.rows import cached
from undertone.experiment.settings import ExperimentSettings
from undertone.experiment.steps import Report, silent
from undertone.models import MODELS
from undertone.types import Corpus, Fold

Run = tuple[Fold, ExperimentSettings]


@dataclass(frozen=True)
class Machines:
    """Where trainings run.

    Attributes
    ----------
    workers : int or None
        Processes on this machine; the number of cores by default.
    on : str or None
        A cluster instead: "dask://HOST:PORT" or "ray://HOST:PORT". Its machines see the run folder and the recordings
        under the same paths as this one.
    """

    workers: int | None = None
    on: str | None = None


def answer_folds(
    corpus: Corpus,
    runs: Sequence[Run],
    protocol: str,
    out: Path,
    *,
    rows: Path,
    first: int,
    machines: Machines = Machines(),
    report: Report = silent,
) -> list[FoldAnswers]:
    """Train on each fold under each seed, and answer its test clips; those that are answered in ``out`` are read.

    Parameters
    ----------
    runs : sequence of (Fold, ExperimentSettings)
        What to train; the settings differ in their seeds alone.
    out : Path
        A folder a fold and seed, in which a killed training goes on.
    rows : Path
        Folder of the corpus's features: once for all seeds, or once a seed where copies are drawn from it.
    first : int
        The seed whose folders carry no number.
    """
    rows.mkdir(parents=True, exist_ok=True)
    todo = [run for run in runs if not _kept(out, run, first).is_file()]
    for settings in dict.fromkeys(settings for _, settings in todo):
        cached(corpus, settings, _rows(rows, settings, first), report=report)
        learn_from_others(corpus, [f for f, _ in todo], settings, _others(rows, settings, first), report=report)
    work = functools.partial(
        _answer, corpus=corpus, protocol=protocol, out=out.resolve(), rows=rows.resolve(), first=first
    )
    where = {"workers": machines.workers, "on": machines.on}
    other.spread(work, todo, chunk=1, single_thread=True, progress=report, **where)  # type: ignore[arg-type]
    return [
        from_dict(FoldAnswers, folder.read_json(path), where=str(path)) for path in (_kept(out, r, first) for r in runs)
    ]


def _answer(run: Run, *, corpus: Corpus, protocol: str, out: Path, rows: Path, first: int) -> None:
    """Answer one fold, wherever this runs."""
    fold, settings = run
    features = _rows(rows, settings, first)
    if not features.is_file():
        raise NotFoundError(
            f"{socket.gethostname()} does not see {str(features)!r}: a cluster's machines need the run folder and the "
            "recordings under the same paths (a shared disk)"
        )
    kept = _kept(out, run, first)
    others = learn_from_others(corpus, [fold], settings, _others(rows, settings, first))
    known = cached(corpus, settings, features)
    answers = answer_fold(corpus, known, fold, settings, kept.parent, protocol=protocol, others=others)
    folder.write_json(kept, to_dict(answers))


def _kept(out: Path, run: Run, first: int) -> Path:
    fold, settings = run
    parent = out if settings.seed == first else out / f"seed-{settings.seed}"
    return parent / fold.name / "answers.json"


def _others(folder_: Path, settings: ExperimentSettings, first: int) -> Path:
    """Name the folder of what other corpora teach: each seed has a trunk of its own."""
    return folder_ / ("others" if settings.seed == first else f"others-{settings.seed}")


def _rows(folder_: Path, settings: ExperimentSettings, first: int) -> Path:
    """Name the file of features; augmented copies are drawn by the seed, so each seed has its own."""
    alone = settings.seed == first or not MODELS[settings.model].chooses
    return folder_ / ("rows.npz" if alone else f"rows-{settings.seed}.npz")
