"""One recipe under every protocol: what the same network scores when the split is honest, and when it is not."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from undertone.config import from_dict, to_dict
from undertone.corpora import CROSSINGS, PROTOCOLS, cross, protocol_for, read_crossing
from undertone.corpora import load as load_corpus
from undertone.corpora.side_channels import side_channels
from undertone.errors import ConfigError, CorpusError, NotFoundError, ProtocolError, UnknownNameError, nearest
from undertone.evaluation import Figures, GroupFigures
from undertone.evaluation.quoted import Quoted, quoted_for
from undertone.experiment import folder
from undertone.experiment.fold_runs import Machines, answer_folds
from undertone.experiment.guard import guarded
from undertone.experiment.protocol import pooled, weighed
from undertone.experiment.rows import cached
from undertone.experiment.settings import ExperimentSettings
from undertone.experiment.steps import Report, Steps, quiet
from undertone.experiment.train import check_model
from undertone.experiment.tutorial import tutorial_figures
from undertone.types import Corpus, Fold

TUTORIAL = "augmented_random"
#: What a figure is made with, and what it is not, in this order, when all is asked for.
_HONEST, _OTHER = ("speaker-sentence",), ("sentence", "random", TUTORIAL)


@dataclass(frozen=True)
class Comparison:
    """What each protocol says of one recipe.

    Attributes
    ----------
    figures : tuple of Figures
        In the order of the protocols, the most honest first when all were asked for. Of several seeds: the mean of
        their UARs, which is the UAR of all their answers together, and so is its interval over speakers.
    refused : tuple of str
        Protocols that the corpus cannot serve, with the reason.
    quoted : tuple of Quoted
        What people and other systems are published with under those protocols; nothing in them was measured here.
    seeds : int
        How many trainings each fold had.
    unheard : str
        What tells most of the labels without listening, and how much; empty if nothing does.
    """

    figures: tuple[Figures, ...]
    refused: tuple[str, ...]
    quoted: tuple[Quoted, ...] = ()
    seeds: int = 1
    unheard: str = ""


@dataclass(frozen=True)
class _Task:
    """What all protocols of one comparison share."""

    corpus: Corpus
    settings: ExperimentSettings
    out: Path
    seeds: tuple[int, ...]
    machines: Machines = field(default_factory=Machines)


def compare(
    settings: ExperimentSettings,
    protocols: Sequence[str],
    out: Path,
    *,
    seeds: int = 1,
    machines: Machines = Machines(),
    steps: Steps = quiet,
) -> Comparison:
    """Train and judge a recipe under each protocol; folds and seeds run side by side, each on one thread.

    Parameters
    ----------
    settings : ExperimentSettings
        The recipe; who is held out is the protocols' business.
    protocols : sequence of str
        Names of `undertone.corpora.PROTOCOLS` or `undertone.corpora.CROSSINGS`, paths of files that declare a test
        across corpora, "augmented_random" (the tutorials' way), or "all".
    out : Path
        Folder for the answers of each fold: what is there is not trained again.
    seeds : int
        How many trainings a fold gets: with the recipe's seed, and the next ones.
    machines : Machines, optional
        Where they run; this machine's cores by default.

    Raises
    ------
    ConfigError
        An unknown protocol, or a folder that holds something else.
    ProtocolError
        The corpus can serve none of them.
    ClusterError
        The cluster cannot be reached, or died; the same call goes on from what is done.
    """
    if seeds < 1:
        raise ConfigError(f"seeds is {seeds}; accepted: 1 and more")
    check_model(settings)
    corpus = load_corpus(settings.corpus)
    names = _chosen(corpus, protocols)
    folder.claim(out, settings)
    task = _Task(corpus, settings, out, tuple(range(settings.seed, settings.seed + seeds)), machines)
    figures, refused = [], []
    for name in names:
        with steps(name) as report:
            try:
                figures.append(_under(task, name, report))
            except ProtocolError as error:
                refused.append(f"{name}: {error}")
    if not figures:
        raise ProtocolError("; ".join(refused))
    quoted = tuple(row for f in figures for row in quoted_for(f.protocol))
    channels = [channel for channel in side_channels(corpus) if channel.sure]
    return Comparison(tuple(figures), tuple(refused), quoted, seeds, channels[0].text if channels else "")


def _chosen(corpus: Corpus, protocols: Sequence[str]) -> list[str]:
    if list(protocols) == ["all"]:
        across = [name for name in CROSSINGS if read_crossing(name)[1].train_on == (corpus.name,)]
        return [protocol_for(corpus), *_HONEST, *across, *_OTHER]
    for name in protocols:
        known = (*PROTOCOLS, *CROSSINGS, TUTORIAL)
        if name not in known and not Path(name).is_file():
            raise ConfigError(
                f"unknown protocol {name!r}{nearest(name, known)}; accepted: {', '.join(('all', *known))}"
            )
    return list(dict.fromkeys(protocols))


def _under(task: _Task, name: str, report: Report) -> Figures:
    if name == TUTORIAL:
        return _tutorial(task, report)
    if name in PROTOCOLS:
        return _pooled(task, task.corpus, PROTOCOLS[name](task.corpus), name, report)
    name, crossing = read_crossing(name)
    if task.corpus.name not in crossing.corpora:
        raise ProtocolError(f"{task.corpus.name} has no part in it; it needs {', '.join(crossing.corpora)}")
    joined, fold = cross(name, crossing, [_there(task.corpus, key) for key in crossing.corpora])
    return _pooled(task, joined, (fold,), name, report)


def _there(corpus: Corpus, name: str) -> Corpus:
    """Return a corpus of a test across corpora: the one that was asked about, or another by its name."""
    if name == corpus.name:
        return corpus
    try:
        return load_corpus(name)
    except (CorpusError, NotFoundError, UnknownNameError) as error:
        raise ProtocolError(str(error)) from error


def _pooled(task: _Task, corpus: Corpus, folds: Sequence[Fold], name: str, report: Report) -> Figures:
    rule = {"tuned_on": task.settings.tuned_on, "allow_leaks": task.settings.allow_leaks}
    kept = [guarded(corpus, fold, **rule) for fold in folds]  # type: ignore[arg-type]
    rows = task.out if corpus is task.corpus else task.out / name
    runs = [(fold, task.settings.with_seed(seed)) for seed in task.seeds for fold in kept]
    found = answer_folds(
        corpus, runs, name, task.out / name, rows=rows, first=task.seeds[0], machines=task.machines, report=report
    )
    answers = weighed(found)
    figures = pooled(answers, honest=all(f.honest for f in kept), why=next((f.why for f in kept if not f.honest), ""))
    return _counted_once(figures, len(task.seeds))


def _counted_once(figures: Figures, seeds: int) -> Figures:
    """Count each clip once, however many seeds answered it."""

    def once(groups: tuple[GroupFigures, ...]) -> tuple[GroupFigures, ...]:
        return tuple(dataclasses.replace(group, clips=group.clips // seeds) for group in groups)

    return dataclasses.replace(
        figures,
        clips=figures.clips // seeds,
        per_speaker=once(figures.per_speaker),
        per_sex=once(figures.per_sex),
    )


def _tutorial(task: _Task, report: Report) -> Figures:
    kept = task.out / TUTORIAL / "figures.json"
    if not kept.is_file():
        rows = cached(task.corpus, task.settings, task.out / "rows.npz")
        made = tutorial_figures(task.corpus, rows, task.settings, kept.parent, report=report)
        folder.write_json(kept, to_dict(made))
    return from_dict(Figures, folder.read_json(kept), where=str(kept))
