"""What is gained by not answering: the fewer clips are answered, the surest first, the more answers are right."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from undertone.evaluation.scores import absent, accuracy, confusion, uar

#: Shares of clips at which the curve is taken.
SHARES = tuple(round(share / 20, 2) for share in range(20, 0, -1))


@dataclass(frozen=True)
class CoveragePoint:
    """Figures of the clips that are answered when a best score below ``threshold`` counts as "unknown".

    ``coverage`` is the share of clips that are answered, 0 .. 1; the UAR is over the ``classes`` that occur among them.
    """

    threshold: float
    coverage: float
    uar: float
    accuracy: float
    classes: int


def coverage_curve(scores: ArrayLike, labels: ArrayLike) -> tuple[CoveragePoint, ...]:
    """Answer ever fewer clips, and judge what is answered.

    Parameters
    ----------
    scores : array_like, shape (n, classes)
        Distributions.
    labels : array_like of int, shape (n,)
        Class numbers.

    Returns
    -------
    tuple of CoveragePoint
        From all clips down to a twentieth of them, in steps of 5 %; clips of equal scores are answered together, so a
        point may cover more than its step. It is the risk-coverage curve of selective classification (Geifman and
        El-Yaniv, 2017) with recall for risk.

    Examples
    --------
    >>> curve = coverage_curve([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4], [0.5, 0.5]], [0, 1, 1, 1])
    >>> [(p.coverage, p.uar) for p in curve if p.coverage in (1.0, 0.5)]
    [(1.0, 0.6666666666666666), (0.5, 1.0)]
    """
    table, true = np.asarray(scores, dtype=np.float64), np.asarray(labels)
    best, guess = table.max(axis=1), table.argmax(axis=1)
    falling = np.sort(best)[::-1]
    points: list[CoveragePoint] = []
    for share in SHARES:
        threshold = 0.0 if share == 1 else float(falling[max(1, round(share * len(best))) - 1])
        answered = best >= threshold
        if points and answered.mean() == points[-1].coverage:
            continue
        matrix = confusion(true[answered], guess[answered], classes=table.shape[1])
        occurring = table.shape[1] - len(absent(matrix))
        points.append(CoveragePoint(threshold, float(answered.mean()), uar(matrix), accuracy(matrix), occurring))
    return tuple(points)
