"""One recipe under every protocol: what the same network scores when the split is honest, and when it is not."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from undertone import machines
from undertone.config import from_dict, to_dict
from undertone.corpora import PROTOCOLS, protocol_for
from undertone.corpora import load as load_corpus
from undertone.errors import ConfigError, ProtocolError, nearest
from undertone.evaluation import Figures
from undertone.experiment import folder
from undertone.experiment.guard import guarded
from undertone.experiment.protocol import FoldAnswers, answer_fold, pooled
from undertone.experiment.rows import Rows, cached
from undertone.experiment.settings import ExperimentSettings
from undertone.experiment.steps import Report, Steps, quiet
from undertone.experiment.tutorial import tutorial_figures
from undertone.types import Corpus, Fold

TUTORIAL = "augmented_random"


@dataclass(frozen=True)
class Comparison:
    """What each protocol says of one recipe.

    Attributes
    ----------
    figures : tuple of Figures
        In the order of the protocols, the most honest first when all were asked for.
    refused : tuple of str
        Protocols that the corpus cannot serve, with the reason.
    """

    figures: tuple[Figures, ...]
    refused: tuple[str, ...]


def compare(
    settings: ExperimentSettings,
    protocols: Sequence[str],
    out: Path,
    *,
    workers: int | None = None,
    steps: Steps = quiet,
) -> Comparison:
    """Train and judge a recipe under each protocol; folds run side by side, each on one thread.

    Parameters
    ----------
    settings : ExperimentSettings
        The recipe; who is held out is the protocols' business.
    protocols : sequence of str
        Names of `undertone.corpora.PROTOCOLS`, "augmented_random" (the tutorials' way), or "all".
    out : Path
        Folder for the answers of each fold: what is there is not trained again.
    workers : int, optional
        Processes; the number of cores by default.

    Raises
    ------
    ConfigError
        An unknown protocol, or a folder that holds something else.
    ProtocolError
        The corpus can serve none of them.
    """
    corpus = load_corpus(settings.corpus)
    names = _chosen(corpus, protocols)
    folder.claim(out, settings)
    with steps(f"features of {corpus.name}") as report:
        rows = cached(corpus, settings, out / "rows.npz", report=report)
    figures, refused = [], []
    for name in names:
        with steps(name) as report:
            try:
                figures.append(_under(corpus, rows, name, settings, out, workers, report))
            except ProtocolError as error:
                refused.append(f"{name}: {error}")
    if not figures:
        raise ProtocolError("; ".join(refused))
    return Comparison(tuple(figures), tuple(refused))


def _chosen(corpus: Corpus, protocols: Sequence[str]) -> list[str]:
    if list(protocols) == ["all"]:
        return [protocol_for(corpus), "speaker-sentence", "sentence", "random", TUTORIAL]
    for name in protocols:
        if name not in (*PROTOCOLS, TUTORIAL):
            known = ", ".join(("all", *PROTOCOLS, TUTORIAL))
            raise ConfigError(f"unknown protocol {name!r}{nearest(name, (*PROTOCOLS, TUTORIAL))}; accepted: {known}")
    return list(dict.fromkeys(protocols))


def _under(
    corpus: Corpus,
    rows: Rows,
    name: str,
    settings: ExperimentSettings,
    out: Path,
    workers: int | None,
    report: Report,
) -> Figures:
    if name == TUTORIAL:
        kept = out / TUTORIAL / "figures.json"
        if not kept.is_file():
            folder.write_json(kept, to_dict(tutorial_figures(corpus, rows, settings, kept.parent, report=report)))
        return from_dict(Figures, folder.read_json(kept), where=str(kept))
    folds = [guarded(corpus, fold) for fold in PROTOCOLS[name](corpus)]
    work = functools.partial(_answers, corpus=corpus, rows=out / "rows.npz", settings=settings, protocol=name, out=out)
    answers = machines.spread(work, folds, workers=workers, chunk=1, single_thread=True, progress=report)
    return pooled(answers, honest=all(fold.honest for fold in folds), why=folds[0].why)


def _answers(
    fold: Fold, *, corpus: Corpus, rows: Path, settings: ExperimentSettings, protocol: str, out: Path
) -> FoldAnswers:
    """Answer one fold, or read what was answered before."""
    run = out / protocol / fold.name
    kept = run / "answers.json"
    if not kept.is_file():
        answers = answer_fold(corpus, cached(corpus, settings, rows), fold, settings, run, protocol=protocol)
        folder.write_json(kept, to_dict(answers))
    return from_dict(FoldAnswers, folder.read_json(kept), where=str(kept))
