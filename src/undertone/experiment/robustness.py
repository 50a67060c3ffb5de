"""What is left of a figure under noise, in rooms, over lines, of short pieces: unseen voices alone are changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from undertone import pages
from undertone.augment.conditions import CONDITIONS, KINDS, Condition
from undertone.bundle import Bundle
from undertone.bundle.model import segment_scores, whole_scores
from undertone.errors import ProtocolError
from undertone.evaluation import confusion, interval, uar
from undertone.experiment.heard_under import rows_under
from undertone.experiment.rows import Rows, label_numbers
from undertone.experiment.steps import Report, Steps, quiet, silent
from undertone.types import Corpus, Fold

Scores = NDArray[np.float32]


@dataclass(frozen=True)
class Hearing:
    """What clips are worth under one condition.

    Attributes
    ----------
    kind, strength : str, float
        As of `Condition`; "clean" and 0 for the recordings as they are.
    uar, low, high : float
        0 .. 1, with the 95 % interval by drawing speakers.
    confidence : float
        Mean of the best scores, 0 .. 1: it should fall with the UAR.
    """

    kind: str
    strength: float
    uar: float
    low: float
    high: float
    confidence: float


@dataclass(frozen=True)
class Robustness:
    """The same test clips, clean and under conditions.

    Attributes
    ----------
    classes, clips, speakers : int
        Of those who judge.
    hearings : tuple of Hearing
        In the order in which they were asked for.
    refused : tuple of str
        Why a condition could not be made.
    """

    protocol: str
    classes: int
    clips: int
    speakers: int
    clean: Hearing
    hearings: tuple[Hearing, ...] = field(default_factory=tuple)
    refused: tuple[str, ...] = ()


def robustness_of(
    bundle: Bundle,
    corpus: Corpus,
    fold: Fold,
    clean: Scores,
    conditions: Sequence[Condition] = CONDITIONS,
    *,
    seed: int = 0,
    workers: int | None = None,
    steps: Steps = quiet,
) -> Robustness:
    """Judge a bundle by a fold's test clips under conditions; one that the corpus cannot serve is named instead.

    Parameters
    ----------
    clean : ndarray of float32, shape (clips, classes)
        Its scores of the clips as they are.
    """
    answers: dict[Condition | None, Scores] = {None: clean}
    refused = []
    for condition in conditions:
        with steps(condition.name) as report:
            try:
                answers[condition] = scores_under(
                    bundle, corpus, fold, condition, seed=seed, workers=workers, report=report
                )
            except ProtocolError as error:
                refused.append(str(error))
    truth, speakers = label_numbers(corpus)[list(fold.test)], [corpus.utterances[i].speaker for i in fold.test]
    return judged(f"{corpus.name}.{fold.name}", truth, speakers, answers, refused=tuple(dict.fromkeys(refused)))


def scores_under(
    bundle: Bundle,
    corpus: Corpus,
    fold: Fold,
    condition: Condition,
    *,
    seed: int,
    workers: int | None = None,
    report: Report = silent,
) -> Scores:
    """Answer a fold's test clips under a condition, as the bundle would; those who trained it do the babbling."""
    heard = (*fold.train, *fold.validation)
    rows = rows_under(
        corpus, fold.test, condition, bundle.frontend, strangers=heard, seed=seed, workers=workers, report=report
    )
    return scores_of(bundle, rows, fold)


def scores_of(bundle: Bundle, rows: Rows, fold: Fold) -> Scores:
    """Answer a fold's test clips by their rows, shape (clips, classes)."""
    answers = []
    for clip in fold.test:
        side = rows.where([clip], copies=False)
        segments = segment_scores(bundle, rows.features[side], rows.seconds[side], ask=bundle.network)
        answers.append(whole_scores(rows.seconds[side], segments))
    return np.stack(answers)


def judged(
    protocol: str,
    truth: ArrayLike,
    speakers: Sequence[str],
    answers: dict[Condition | None, Scores],
    *,
    refused: tuple[str, ...] = (),
) -> Robustness:
    """Judge answers to the same clips under several conditions; None is the clip as recorded."""
    classes = answers[None].shape[1]
    found = {key: _hearing(key, truth, speakers, scores) for key, scores in answers.items()}
    clean = found.pop(None)
    return Robustness(
        protocol, classes, len(speakers), len(set(speakers)), clean, tuple(found.values()), refused=refused
    )


def _hearing(condition: Condition | None, truth: ArrayLike, speakers: Sequence[str], scores: Scores) -> Hearing:
    classes, guess = scores.shape[1], scores.argmax(axis=1)
    rng = np.random.default_rng(0)
    low, high = interval(truth, guess, speakers, uar, classes=classes, rng=rng)
    return Hearing(
        kind=condition.kind if condition else "clean",
        strength=condition.strength if condition else 0.0,
        uar=uar(confusion(truth, guess, classes=classes)),
        low=low,
        high=high,
        confidence=float(scores.max(axis=1).mean()),
    )


#: Conditions that are no steps of one scale stand together.
LINES = ("telephone", "opus", "mp3")


def robustness_svg(found: Robustness, *, before: Robustness | None = None) -> pages.Html:
    """Draw UAR and confidence, a panel a kind of condition; ``before`` is another recipe under the same conditions."""
    kinds = [kind for kind in KINDS if kind not in LINES and any(h.kind == kind for h in found.hearings)]
    panels = [_panel(found, before, (kind,), KINDS[kind].title, KINDS[kind].unit) for kind in kinds]
    if any(h.kind in LINES for h in found.hearings):
        panels.append(_panel(found, before, LINES, "telephone (kHz) and codecs (kbit/s)", ""))
    return pages.multiples_svg(
        panels,
        title=f"{found.protocol}: UAR under conditions, per cent",
        rules=[("clean", 100 * found.clean.uar), ("chance", 100 / found.classes)],
    )


def _panel(found: Robustness, before: Robustness | None, kinds: tuple[str, ...], title: str, unit: str) -> pages.Panel:
    chosen = [h for h in found.hearings if h.kind in kinds]
    alone = len(kinds) == 1
    whole = alone and kinds[0] not in ("length", "gain")  # a ratio or a room has a clean end to begin from
    own = [found.clean, *chosen] if whole else chosen
    curves = [
        pages.Curve("UAR", _each(own, "uar"), _each(own, "low"), _each(own, "high")),
        pages.Curve("mean best score", _each(own, "confidence"), faint=True),
    ]
    if before is not None:
        places = {(h.kind, h.strength): h for h in (before.clean, *before.hearings)}
        same = [places[h.kind, h.strength] for h in own]
        curves.insert(1, pages.Curve("UAR, trained on clean sound", _each(same, "uar")))
    names = tuple(_place(h, alone=alone) for h in own)
    return pages.Panel(title, names, tuple(curves), unit=unit, joined=alone)


def _each(hearings: Sequence[Hearing], name: str) -> tuple[float, ...]:
    return tuple(100 * float(getattr(hearing, name)) for hearing in hearings)


def _place(hearing: Hearing, *, alone: bool) -> str:
    if hearing.kind == "clean":
        return "clean"
    return f"{hearing.strength:g}" if alone else f"{_SHORT.get(hearing.kind, hearing.kind)}\n{hearing.strength:g}"


_SHORT = {"telephone": "phone"}
