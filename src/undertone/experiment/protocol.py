"""A whole protocol: every fold trained and judged, the answers pooled."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from undertone.bundle import Card
from undertone.evaluation import Figures, fit_temperature, judge, log_probabilities, softmax
from undertone.experiment.evaluate import clip_scores
from undertone.experiment.network import Trained
from undertone.experiment.opinions import Opinions, weigh
from undertone.experiment.others import NONE, Others
from undertone.experiment.rows import Rows, label_numbers
from undertone.experiment.sequences import opinions_of
from undertone.experiment.settings import ExperimentSettings
from undertone.experiment.steps import Report, silent
from undertone.experiment.train import as_bundle, train_fold
from undertone.types import Corpus, Fold

SMALLEST_KEPT = 5e-5  # of a score that was rounded to four digits: half of the last


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
    speaker_known : tuple of tuple of float
        The same where the speaker is known by all the test clips of that speaker, without their labels: another
        assumption, so another column of figures. Empty for models that make nothing of it.
    weights : tuple of float
        Of network and line, where there is one.
    opinions : Opinions or None
        What `weighed` makes these of, and takes away.
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
    speaker_known: tuple[tuple[float, ...], ...] = ()
    weights: tuple[float, ...] = ()
    opinions: Opinions | None = None


def answer_fold(
    corpus: Corpus,
    rows: Rows,
    fold: Fold,
    settings: ExperimentSettings,
    run: Path,
    *,
    protocol: str,
    others: Others = NONE,
    report: Report = silent,
) -> FoldAnswers:
    """Train on a fold and answer its test clips."""
    trained = train_fold(corpus, rows, fold, settings, run=run, others=others, report=report)
    tested = [corpus.utterances[i] for i in fold.test]
    opinions = _opinions(trained, corpus, rows, fold, settings)
    if opinions is None:
        scores = clip_scores(as_bundle(trained, corpus, settings, Card(fold.name, "", ())), rows, fold.test)
    else:
        scores = opinions.scores(opinions.weights)
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
        scores=_tuples(scores),
        opinions=opinions,
    )


def _opinions(
    trained: Trained, corpus: Corpus, rows: Rows, fold: Fold, settings: ExperimentSettings
) -> Opinions | None:
    parts = trained.parts
    if parts is None or parts.line is None:
        return None
    return opinions_of(parts, corpus, rows, fold.test, settings)


def weighed(parts: Iterable[FoldAnswers]) -> tuple[FoldAnswers, ...]:
    """Answer each fold anew, network and line weighed by the other folds of its seed; folds without opinions stay."""
    folds = list(parts)
    return tuple(_weighed(own, [part for part in folds if part.seed == own.seed and part is not own]) for own in folds)


def _weighed(own: FoldAnswers, others: list[FoldAnswers]) -> FoldAnswers:
    if own.opinions is None:
        return own
    beside = [(part.opinions, part.truth) for part in others if part.opinions is not None]
    weights, known_weights = (weigh(own.opinions, beside, speaker_known=known) for known in (False, True))
    scores = own.opinions.scores(weights)
    return dataclasses.replace(
        own,
        answers=tuple(int(n) for n in scores.argmax(axis=1)),
        scores=_tuples(scores),
        weights=weights,
        speaker_known=_tuples(own.opinions.scores(known_weights, speaker_known=True)),
        opinions=None,
    )


def with_known_speakers(parts: Iterable[FoldAnswers]) -> tuple[FoldAnswers, ...]:
    """Return the answers that each fold gives where the speaker is known; folds that have none are left out."""
    return tuple(
        dataclasses.replace(
            part, scores=part.speaker_known, answers=tuple(int(n) for n in np.argmax(part.speaker_known, axis=1))
        )
        for part in parts
        if part.speaker_known
    )


def temperature_of(parts: Iterable[FoldAnswers]) -> float:
    """Fit a temperature on the answers of all folds, each to speakers whom its network never heard.

    What a bundle that trained on everybody has instead of held-out speakers; the folds need scores.
    """
    folds = list(parts)
    return fit_temperature(_logits(folds), np.concatenate([part.truth for part in folds]))


def cross_calibrated(parts: Iterable[FoldAnswers]) -> tuple[FoldAnswers, ...]:
    """Give each fold's scores the temperature of the other folds: its own speakers have no say in it.

    The networks of the other folds did hear these speakers; of that, one number for all classes and clips is left.
    """
    folds = list(parts)
    return tuple(
        dataclasses.replace(own, scores=_tuples(softmax(_logits([own]) / temperature_of(_but(folds, own)))))
        for own in folds
    )


def _but(folds: list[FoldAnswers], own: FoldAnswers) -> list[FoldAnswers]:
    return [part for part in folds if part is not own]


def _logits(folds: list[FoldAnswers]) -> NDArray[np.float64]:
    scores = np.concatenate([np.array(part.scores) for part in folds])
    return log_probabilities(np.maximum(scores, SMALLEST_KEPT))


def _tuples(scores: NDArray[np.float32]) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(round(float(score), 4) for score in row) for row in scores)


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
