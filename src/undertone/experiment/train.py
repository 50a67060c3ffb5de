"""`undertone train`: a corpus and settings to a run folder with a bundle."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from undertone.augment.conditions import COPIES
from undertone.bundle import Bundle, Card, DataUsed, load, save
from undertone.config import to_dict
from undertone.corpora import folds
from undertone.corpora import load as load_corpus
from undertone.corpora.split_table import read_split
from undertone.errors import ConfigError
from undertone.experiment import folder
from undertone.experiment.guard import check_rows, check_scaler, guarded
from undertone.experiment.network import Trained, train_network
from undertone.experiment.others import NONE, Others, learn_from_others
from undertone.experiment.rows import Rows, cached
from undertone.experiment.settings import ExperimentSettings
from undertone.experiment.steps import Report, Steps, quiet, silent
from undertone.models import MODELS
from undertone.pages import Html, curves_svg, write
from undertone.training import History, Scaler
from undertone.training.logs import LOGS, EachEpoch, flat
from undertone.types import Corpus, Fold

BUNDLE = "model.undertone"
# In the bundle, in half precision: 62 KB of the article's features, 16 sequences of 3 s; a line asks for fewer.
KEPT_ROWS, KEPT_OF_LINES, KEPT_BYTES = 192, 64, 640 * 1024


def train_run(settings: ExperimentSettings, run: Path, *, logs: Sequence[str] = (), steps: Steps = quiet) -> Bundle:
    """Train on the speakers who are not held out.

    Parameters
    ----------
    settings : ExperimentSettings
        Corpus, model, front end, augmentation, schedule.
    run : Path
        The run folder; a run of the same settings that was killed goes on, one that is done is left as it is.
    logs : sequence of str
        Names of `undertone.training.logs.LOGS`: who is told each epoch.
    steps : callable, optional
        Opens a step by name and gives a ``report(done, total, text)`` for it.

    Returns
    -------
    Bundle
        What ``run/model.undertone`` holds; its card has no figures before `evaluate_run`.

    Raises
    ------
    ConfigError, CorpusError, ProtocolError, TrainingError
        Settings, recordings or split cannot be used.
    """
    openers = [LOGS[name] for name in logs]
    corpus = load_corpus(settings.corpus)
    check_model(settings)
    fold = choose_fold(corpus, settings)
    folder.claim(run, settings)
    folder.keep_fold(run, fold, corpus)
    with steps(f"features of {corpus.name}") as report:
        rows = cached(corpus, settings, run / "rows.npz", report=report)
    others = NONE
    if settings.others:
        with steps("learning from other corpora") as report:
            others = learn_from_others(corpus, [fold], settings, run / "others", report=report)
    with steps(f"training {settings.model}") as report, ExitStack() as stack:
        told = [stack.enter_context(opened(run, flat(to_dict(settings)))) for opened in openers]
        each = functools.partial(_tell, told)
        trained = train_fold(corpus, rows, fold, settings, run=run, others=others, report=report, each_epoch=each)
    for name, picture in curves(trained.history).items():
        write(run / f"{name}.svg", picture)
    if (run / BUNDLE).is_file():
        return load(run / BUNDLE)
    data = (data_used(corpus, fold), *(_all_of(other) for other in others.corpora))
    card = Card(run.resolve().name, _summary(corpus, settings), data, settings.told())
    return save(as_bundle(trained, corpus, settings, card, rows=some_rows(rows, fold, settings)), run / BUNDLE)


def _tell(told: Sequence[EachEpoch], history: History) -> None:
    for each in told:
        each(history)


def check_model(settings: ExperimentSettings) -> None:
    """Refuse a model with features that it was not made for, or with a fine-tuning or teachers that it cannot have."""
    expected = MODELS[settings.model].frontend.feature_set
    if settings.frontend.feature_set != expected:
        raise ConfigError(
            f"model {settings.model!r} takes {expected!r}; frontend.feature_set is {settings.frontend.feature_set!r}"
        )
    if settings.quantise_aware and MODELS[settings.model].line:
        raise ConfigError(
            f"model {settings.model!r} is fitted in one go: no step is there to fine-tune, and none is needed: in s8 "
            "all 535 labels of emodb.loso stayed those of `pooled` in float32. `compile --dtype s8` takes it as it is"
        )
    if settings.distil.teachers:
        _check_teachers(settings)
    if settings.hearing.copies:
        _check_hearing(settings)


def _check_hearing(settings: ExperimentSettings) -> None:
    """Refuse copies for networks where there are no such networks, or no copies."""
    if not MODELS[settings.model].sequence:
        hear = ", ".join(name for name in MODELS if MODELS[name].sequence)
        raise ConfigError(f"model {settings.model!r} has no networks that hear copies (hearing.copies); {hear} have")
    if not settings.sound.copies:
        raise ConfigError(
            f"hearing.copies is {settings.hearing.copies}, but sound.copies is empty: there is nothing to hear; "
            f"name some of {', '.join(COPIES)}"
        )


def _check_teachers(settings: ExperimentSettings) -> None:
    """Refuse a student or a teacher that is no network of sequences."""
    taught = [name for name in MODELS if MODELS[name].sequence]
    accepted = f"networks of sequences learn from others and teach: {', '.join(taught)}"
    if settings.model not in taught:
        raise ConfigError(f"model {settings.model!r} cannot have teachers (distil.teachers); {accepted}")
    teacher = MODELS[settings.distil.model]  # an unknown name is answered with the nearest
    if not teacher.sequence:
        raise ConfigError(f"distil.model {settings.distil.model!r} cannot teach; {accepted}")


def choose_fold(corpus: Corpus, settings: ExperimentSettings) -> Fold:
    """Return who trains, who chooses the epoch, who judges; a split that leaks is refused by name."""
    if settings.split is not None:
        fold = read_split(Path(settings.split), corpus)
    elif settings.hold_out == ():
        fold = folds.everyone(corpus, seed=settings.seed)
    else:
        fold = folds.hold_out(corpus, speakers=settings.hold_out, seed=settings.seed)
    return guarded(corpus, fold, tuned_on=settings.tuned_on, allow_leaks=settings.allow_leaks)


def train_fold(
    corpus: Corpus,
    rows: Rows,
    fold: Fold,
    settings: ExperimentSettings,
    *,
    run: Path,
    others: Others = NONE,
    report: Report = silent,
    each_epoch: EachEpoch | None = None,
) -> Trained:
    """Train on a fold's training clips with their copies; the epoch is chosen on its validation clips as recorded."""
    train = rows.where(fold.train, copies=True)
    validation = rows.where(fold.validation, copies=False)
    check_rows(corpus, fold, rows, train, validation)
    trained = train_network(
        corpus, rows, train, validation, settings, run=run, others=others, report=report, each_epoch=each_epoch
    )
    columns, first = settings.frontend.columns, settings.frontend.sequence_size  # a sequence is not scaled
    scaler = Scaler(trained.scaler.mean[columns:], trained.scaler.scale[columns:])
    heard = train if MODELS[settings.model].chooses else np.union1d(train, validation)
    check_scaler(fold, scaler, rows.features[heard][:, first:])
    return trained


def some_rows(rows: Rows, fold: Fold, settings: ExperimentSettings) -> NDArray[np.float32]:
    """Return features of training segments, spread evenly over speakers and copies, for whoever quantises the network.

    Nobody who chooses the epoch or judges is among them.
    """
    train = rows.where(fold.train, copies=True)
    wanted = KEPT_OF_LINES if MODELS[settings.model].line else KEPT_ROWS
    most = min(wanted, KEPT_BYTES // (2 * rows.features[0].size), len(train))
    return rows.features[train[np.linspace(0, len(train) - 1, most).astype(np.int64)]]


def as_bundle(
    trained: Trained,
    corpus: Corpus,
    settings: ExperimentSettings,
    card: Card,
    *,
    rows: NDArray[np.float32] | None = None,
) -> Bundle:
    """Join a network with all that it needs to answer; ``rows`` are what quantising it later takes."""
    return Bundle(
        name=card.name,
        graph=trained.graph,
        frontend=settings.frontend,
        labels=corpus.labels,
        mean=trained.scaler.mean,
        inv_scale=np.float32(1) / trained.scaler.scale,
        temperature=trained.temperature,
        card=card,
        rows=np.zeros((0, 0), np.float32) if rows is None else rows,
        doubt=trained.doubt,
        unknown_below=settings.unknown_below,
        personal=trained.personal,
    )


def data_used(corpus: Corpus, fold: Fold) -> DataUsed:
    """Say whose voices a fold trains on."""
    heard = [corpus.utterances[i] for i in (*fold.train, *fold.validation)]
    return DataUsed(corpus.name, corpus.licence, corpus.credit, len(heard), len({u.speaker for u in heard}))


def _all_of(other: Corpus) -> DataUsed:
    """Say whose voices a trunk learned from: what its licence asks goes for the bundle too."""
    return DataUsed(other.name, other.licence, other.credit, len(other), len(other.speakers))


def curves(history: History) -> dict[str, Html]:
    """Draw accuracy and loss by epoch, each as a picture of its own."""
    drawn = {
        "accuracy": {"training": history.accuracy, "validation": history.val_accuracy},
        "loss": {"training": history.loss, "validation": history.val_loss},
    }
    kept = {"kept": float(history.best_epoch)}
    return {
        name: curves_svg(
            {side: values for side, values in series.items() if values},
            title=name.capitalize(),
            x_label="epoch",
            y_label="",
            marks=kept,
        )
        for name, series in drawn.items()
    }


def _summary(corpus: Corpus, settings: ExperimentSettings) -> str:
    return f"Hears which acted emotion a voice resembles: the {settings.model} network, trained on {corpus.name}."
