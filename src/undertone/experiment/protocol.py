"""A whole protocol: every fold trained and judged, the answers pooled."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from undertone.bundle import Card
from undertone.evaluation import Figures, judge
from undertone.experiment.evaluate import clip_scores
from undertone.experiment.network import label_numbers
from undertone.experiment.rows import Rows
from undertone.experiment.settings import ExperimentSettings
from undertone.experiment.steps import Report, silent
from undertone.experiment.train import as_bundle, train_fold
from undertone.types import Corpus, Fold


@dataclass(frozen=True)
class FoldAnswers:
    """What one trained fold answered to its test clips: small enough to keep for ever.

    Attributes
    ----------
    settings : str
        Fingerprint of the settings; answers of other settings are never pooled with these.
    clips : tuple of str
        The utterances' keys.
    truth, answers : tuple of int
        Class numbers, in the order of ``labels``.
    epoch : int
        The epoch that the validation chose.
    scores : tuple of tuple of float
        What the network scored, four digits, one row a clip; empty in rows of older versions.
    """

    protocol: str
    fold: str
    seed: int
    settings: str
    labels: tuple[str, ...]
    clips: tuple[str, ...]
    speakers: tuple[str, ...]
    sexes: tuple[str | None, ...]
    truth: tuple[int, ...]
    answers: tuple[int, ...]
    epoch: int
    scores: tuple[tuple[float, ...], ...] = ()


def answer_fold(
    corpus: Corpus,
    rows: Rows,
    fold: Fold,
    settings: ExperimentSettings,
    run: Path,
    *,
    protocol: str,
    report: Report = silent,
) -> FoldAnswers:
    """Train on a fold and answer its test clips."""
    trained = train_fold(corpus, rows, fold, settings, run=run, report=report)
    bundle = as_bundle(trained, corpus, settings, Card(fold.name, "", ()))
    tested = [corpus.utterances[i] for i in fold.test]
    scores = clip_scores(bundle, rows, fold.test)
    return FoldAnswers(
        protocol=protocol,
        fold=fold.name,
        seed=settings.seed,
        settings=settings.recipe,
        labels=corpus.labels,
        clips=tuple(u.key for u in tested),
        speakers=tuple(u.speaker for u in tested),
        sexes=tuple(u.sex for u in tested),
        truth=tuple(int(n) for n in label_numbers(corpus)[list(fold.test)]),
        answers=tuple(int(n) for n in scores.argmax(axis=1)),
        epoch=trained.history.best_epoch,
        scores=tuple(tuple(round(float(score), 4) for score in row) for row in scores),
    )


def pooled(parts: Iterable[FoldAnswers], *, honest: bool = True, why: str = "") -> Figures:
    """Judge the answers of all folds of one seed together: UAR over all test clips, interval by speaker."""
    folds = sorted(parts, key=lambda part: part.fold)
    first = folds[0]
    known = all(len(part.scores) == len(part.truth) for part in folds)  # rows of older versions have none
    return judge(
        np.concatenate([part.truth for part in folds]),
        np.concatenate([part.answers for part in folds]),
        names=first.labels,
        speakers=[s for part in folds for s in part.speakers],
        sexes=[s for part in folds for s in part.sexes],
        protocol=first.protocol,
        honest=honest,
        why=why,
        scores=np.concatenate([part.scores for part in folds]) if known else None,
        seed=first.seed,
    )
