"""`undertone search`: better settings, chosen without ever looking at a speaker who will judge.

The speakers who are not held out are split among themselves: each trial trains on some of them and is judged by the
others, in turn. The objective is handed a corpus without the test's clips, so it cannot see them; the settings that it
finds carry the names of all who chose them, and the leak guard refuses to have them judged by one of those.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import os
import socket
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from undertone import machines as other
from undertone.config import to_toml
from undertone.corpora import load as load_corpus
from undertone.corpora.draw import shuffled
from undertone.corpora.folds import check_corpus, speaker_folds
from undertone.corpora.leaks import voice
from undertone.errors import ConfigError, MissingExtraError, TrainingError
from undertone.experiment import folder
from undertone.experiment.fold_runs import Machines
from undertone.experiment.protocol import answer_fold, pooled
from undertone.experiment.rows import cached
from undertone.experiment.search_space import Space, changed, drawn, own_space
from undertone.experiment.settings import ExperimentSettings
from undertone.experiment.steps import Steps, quiet
from undertone.experiment.train import check_model, choose_fold
from undertone.pages import write
from undertone.types import Corpus, Fold

GROUPS = 3
BEAT_S, GRACE_S = 15, 45  # a trial that has not been heard of for so long is somebody's that died


@dataclass(frozen=True)
class Found:
    """What a search came to.

    Attributes
    ----------
    settings : ExperimentSettings
        The best, with the speakers who judge written out, and in ``tuned_on`` those who chose.
    uar, first : float
        On the inner folds, 0 .. 1: of the best trial, and of the first one, which has the settings that were given.
        Both flatter, the best one more: it was chosen by them.
    trials, given_up : int
        How many are done, and how many of them diverged, or were hopeless after some of the folds.
    path : Path
        The settings as a file for ``undertone train --config``.
    """

    settings: ExperimentSettings
    uar: float
    first: float
    trials: int
    given_up: int
    path: Path


@dataclass(frozen=True)
class _Search:
    """What each trial is handed, wherever it runs."""

    corpus: Corpus
    folds: tuple[Fold, ...]
    settings: ExperimentSettings
    space: Space
    storage: str
    study: str
    out: Path

    def opened(self, *, seed: int = 0) -> Any:
        """Open the study, or begin it."""
        optuna = _optuna()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)  # heartbeats are, since 2021
            storage = optuna.storages.RDBStorage(
                self.storage,
                heartbeat_interval=BEAT_S,
                grace_period=GRACE_S,
                heartbeat_stale_trial_callback=optuna.storages.RetryHeartbeatStaleTrialCallback(),
            )
        return optuna.create_study(
            storage=storage,
            study_name=self.study,
            direction="maximize",
            load_if_exists=True,
            sampler=optuna.samplers.TPESampler(seed=seed),
        )


def search(
    settings: ExperimentSettings,
    out: Path,
    *,
    trials: int,
    space: Space | None = None,
    storage: str | None = None,
    machines: Machines = Machines(),
    steps: Steps = quiet,
) -> Found:
    """Look for better settings by the speakers who are not held out.

    Parameters
    ----------
    settings : ExperimentSettings
        Where to begin (the first trial), and who is held out.
    out : Path
        Folder for the trainings, and for ``best.toml``; a search that was killed goes on from it.
    trials : int
        How many in all, those of earlier calls included.
    space : mapping, optional
        What may change; the model's own choice by default.
    storage : str, optional
        An Optuna storage that several searches share, "sqlite:///FILE" or a database server's; a file in ``out`` by
        default.
    machines : Machines, optional
        Where trials run, side by side; a cluster's machines must reach the storage.

    Raises
    ------
    ProtocolError
        The speakers who are not held out cannot be split among themselves.
    ConfigError
        ``out`` holds something else, or no number of trials.
    TrainingError
        Not one trial came to its end.
    MissingExtraError
        Optuna is not installed.
    """
    if trials < 1:
        raise ConfigError(f"trials is {trials}; accepted: 1 and more")
    _optuna()
    corpus = load_corpus(settings.corpus)
    check_model(settings)
    fold = choose_fold(corpus, settings)
    inner = without_judges(corpus, fold)
    folds = inner_folds(inner, seed=settings.seed)
    folder.claim(out, settings)
    with steps(f"features of {corpus.name}") as report:
        cached(inner, settings, out / "rows.npz", report=report)
    where = storage or f"sqlite:///{(out / 'search.db').resolve()}"
    plan = _Search(inner, folds, settings, space or own_space(settings.model), where, out.name, out.resolve())
    study = plan.opened()
    _begin(study, plan)
    left = trials - len(_done(study))
    if left > 0:
        with steps("trials") as report:
            work = functools.partial(_trial, plan=plan, trials=trials)
            spots = range(trials - left, trials)
            other.spread(
                work, spots, workers=machines.workers, on=machines.on, chunk=1, single_thread=True, progress=report
            )
    return _found(study, plan, fold, corpus)


def without_judges(corpus: Corpus, fold: Fold) -> Corpus:
    """Return the corpus without any clip of a speaker who judges, and without what the fold leaves out."""
    judges = {corpus.utterances[i].speaker for i in fold.test}
    heard = sorted((*fold.train, *fold.validation))
    clips = [corpus.utterances[i] for i in heard if corpus.utterances[i].speaker not in judges]
    return dataclasses.replace(corpus, utterances=tuple(clips))


def inner_folds(corpus: Corpus, *, seed: int) -> tuple[Fold, ...]:
    """Split speakers among themselves: up to three groups, each the judge once.

    Raises
    ------
    ProtocolError
        One speaker, or a class that one of them alone has.
    """
    check_corpus(corpus)
    order = shuffled(corpus.speakers, seed, "search")
    groups = [order[start::GROUPS] for start in range(min(GROUPS, len(order)))]
    return speaker_folds(corpus, [f"inner-{n}" for n in range(1, len(groups) + 1)], groups, seed=seed)


def _optuna() -> Any:
    try:
        import optuna
    except ModuleNotFoundError as error:
        raise MissingExtraError("a search", error.name or "optuna", "search") from error
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    return optuna


def _begin(study: Any, plan: _Search) -> None:
    """Let the given settings be the first trial, and do again what a killed search of this machine was doing."""
    optuna = _optuna()
    if not study.trials:
        start = {name: getattr(getattr(plan.settings, name.split(".")[0]), name.split(".")[1]) for name in plan.space}
        study.enqueue_trial({n: v for n, v in start.items() if not plan.space[n].choices or v in plan.space[n].choices})
    for trial in study.get_trials(deepcopy=False, states=(optuna.trial.TrialState.RUNNING,)):
        host, _, pid = str(trial.user_attrs.get("where", "")).rpartition(":")
        if host == socket.gethostname() and not _alive(int(pid)):
            study.tell(trial.number, state=optuna.trial.TrialState.FAIL)
            study.enqueue_trial(trial.params)


def _alive(pid: int) -> bool:
    with contextlib.suppress(OSError):
        os.kill(pid, 0)
        return True
    return False


def _done(study: Any) -> list[Any]:
    """Return the trials that count: those that ended and those that diverged, not those that were killed."""
    state = _optuna().trial.TrialState
    ended = (state.COMPLETE, state.PRUNED)
    return [t for t in study.get_trials(deepcopy=False) if t.state in ended or "diverged" in t.user_attrs]


def _trial(spot: int, *, plan: _Search, trials: int) -> None:
    """Draw settings and judge them, unless others have done what was asked for meanwhile."""
    study = plan.opened(seed=1000 * plan.settings.seed + spot)
    if len(_done(study)) < trials:
        study.optimize(functools.partial(_objective, plan=plan), n_trials=1, catch=(TrainingError,))


def _objective(trial: Any, *, plan: _Search) -> float:
    """Return the UAR over all inner folds; a trial that is hopeless after some of them is given up."""
    trial.set_user_attr("where", f"{socket.gethostname()}:{os.getpid()}")
    settings = drawn(trial, plan.settings, plan.space)
    rows = cached(plan.corpus, settings, plan.out / "rows.npz")
    answers = []
    for number, fold in enumerate(plan.folds):
        run = plan.out / "trials" / settings.recipe / fold.name  # the same settings go on where they were killed
        try:
            answers.append(answer_fold(plan.corpus, rows, fold, settings, run, protocol="inner"))
        except TrainingError as error:
            trial.set_user_attr("diverged", str(error))
            raise
        trial.report(pooled(answers).uar, number)
        if number + 1 < len(plan.folds) and trial.should_prune():
            raise _optuna().TrialPruned
    return pooled(answers).uar


def _found(study: Any, plan: _Search, fold: Fold, corpus: Corpus) -> Found:
    done = _done(study)
    state = _optuna().trial.TrialState.COMPLETE
    complete = [trial for trial in done if trial.state == state]
    if not complete:
        reasons = {str(trial.user_attrs.get("diverged")) for trial in done}
        raise TrainingError(f"{plan.out}: none of {len(done)} trials came to its end: {'; '.join(sorted(reasons))}")
    best = max(complete, key=lambda trial: (trial.value, -trial.number))
    settings = dataclasses.replace(
        changed(plan.settings, best.params),
        hold_out=_speakers(corpus, fold.test) if plan.settings.split is None else plan.settings.hold_out,
        tuned_on=tuple(sorted({voice(utterance) for utterance in plan.corpus.utterances})),
    )
    path = plan.out / "best.toml"
    write(path, to_toml(settings))
    first = min(complete, key=lambda trial: trial.number)
    return Found(settings, best.value, first.value, len(done), len(done) - len(complete), path)


def _speakers(corpus: Corpus, clips: Sequence[int]) -> tuple[str, ...]:
    return tuple(sorted({corpus.utterances[i].speaker for i in clips}))
