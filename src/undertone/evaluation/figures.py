"""All figures of one protocol as one value: what a card, a page and a report show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from undertone.evaluation.calibration import ReliabilityBin, calibration_error, reliability
from undertone.evaluation.coverage import CoveragePoint, coverage_curve
from undertone.evaluation.intervals import by_group, interval
from undertone.evaluation.scores import absent, accuracy, confusion, recalls, uar


@dataclass(frozen=True)
class GroupFigures:
    """Figures of one speaker or one sex; the UAR is over the classes that occur in the group."""

    name: str
    clips: int
    uar: float
    accuracy: float


@dataclass(frozen=True)
class Figures:
    """Figures with the protocol that made them; `undertone.config.to_dict` and ``from_dict`` make them plain and back.

    Attributes
    ----------
    protocol : str
        How the clips were split: "leave one speaker out".
    honest : bool
        Whether no speaker was on both sides; if not, ``why`` says what is wrong.
    clips, speakers : int
        How many judged.
    uar, uar_low, uar_high : float
        Mean recall of the classes that occur, 0 .. 1, and its 95 % interval by drawing speakers.
    accuracy, accuracy_low, accuracy_high : float
        Share of right answers (WA), the same way.
    recalls : tuple of float or None
        One a class; None for a class that does not occur.
    absent : tuple of str
        The classes that do not occur, which the UAR leaves out.
    confusion : tuple of tuple of int
        Rows: true class; columns: predicted class.
    calibration_error : float or None
        ECE in 15 bins, 0 .. 1; None when only the answers are known.
    reliability : tuple of ReliabilityBin
        Those bins; empty when only the answers are known, and in figures of older versions. So is
    coverage : tuple of CoveragePoint
        What is gained by answering the surest clips alone.
    """

    protocol: str
    honest: bool
    why: str
    labels: tuple[str, ...]
    clips: int
    speakers: int
    uar: float
    uar_low: float
    uar_high: float
    accuracy: float
    accuracy_low: float
    accuracy_high: float
    recalls: tuple[float | None, ...]
    absent: tuple[str, ...]
    confusion: tuple[tuple[int, ...], ...]
    per_speaker: tuple[GroupFigures, ...]
    per_sex: tuple[GroupFigures, ...]
    calibration_error: float | None = None
    reliability: tuple[ReliabilityBin, ...] = ()
    coverage: tuple[CoveragePoint, ...] = ()


def judge(
    labels: ArrayLike,
    predicted: ArrayLike,
    *,
    names: Sequence[str],
    speakers: Sequence[str],
    sexes: Sequence[str | None],
    protocol: str,
    honest: bool = True,
    why: str = "",
    scores: ArrayLike | None = None,
    seed: int = 0,
) -> Figures:
    """Judge predictions, pooled over all test folds of a protocol.

    Parameters
    ----------
    labels, predicted : array_like of int, shape (n,)
        Class numbers.
    names : sequence of str
        The classes, in the order of their numbers.
    speakers : sequence of str, length n
        Whose clip each is.
    sexes : sequence of str or None, length n
        Of the speakers; None where unknown, which leaves the clip out of ``per_sex``.
    protocol, honest, why
        As in `Figures`.
    scores : array_like, shape (n, classes), optional
        Distributions, for all that says how sure answers are.
    seed : int
        Of the interval's draws.

    Returns
    -------
    Figures

    Raises
    ------
    InputError
        Nothing to judge, or a number that is no class.
    """
    classes = len(names)
    matrix = confusion(labels, predicted, classes=classes)
    bounds = {
        score: interval(labels, predicted, speakers, score, classes=classes, rng=np.random.default_rng(seed))
        for score in (uar, accuracy)
    }
    return Figures(
        protocol=protocol,
        honest=honest,
        why=why,
        labels=tuple(names),
        clips=int(matrix.sum()),
        speakers=len(set(speakers)),
        uar=uar(matrix),
        uar_low=bounds[uar][0],
        uar_high=bounds[uar][1],
        accuracy=accuracy(matrix),
        accuracy_low=bounds[accuracy][0],
        accuracy_high=bounds[accuracy][1],
        recalls=tuple(None if np.isnan(value) else float(value) for value in recalls(matrix)),
        absent=tuple(names[number] for number in absent(matrix)),
        confusion=tuple(tuple(int(count) for count in row) for row in matrix),
        per_speaker=_groups(labels, predicted, speakers, classes),
        per_sex=_groups(labels, predicted, sexes, classes),
        calibration_error=None if scores is None else calibration_error(scores, labels),
        reliability=() if scores is None else reliability(scores, labels),
        coverage=() if scores is None else coverage_curve(scores, labels),
    )


def _groups(
    labels: ArrayLike, predicted: ArrayLike, groups: Sequence[str | None], classes: int
) -> tuple[GroupFigures, ...]:
    known = [place for place, group in enumerate(groups) if group is not None]
    names = [str(groups[place]) for place in known]
    matrices = by_group(np.asarray(labels)[known], np.asarray(predicted)[known], names, classes=classes)
    return tuple(GroupFigures(name, int(m.sum()), uar(m), accuracy(m)) for name, m in matrices.items())
