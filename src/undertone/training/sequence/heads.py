"""Several corpora learned from together: each has classes of its own, even where the words are the same.

"Neutral" of one corpus is not "neutral" of another: one head for all of them harms. A network over several corpora has
the classes of all, one block after the other; each example asks only its own block to tell its classes apart.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Heads:
    """The blocks of classes, and how much of an epoch each gets.

    Attributes
    ----------
    classes : tuple of int
        How many classes each corpus has; class numbers count through all of them.
    draws : tuple of int
        How many examples of each an epoch draws.
    """

    classes: tuple[int, ...]
    draws: tuple[int, ...]

    def targets(self, y: NDArray[np.int64], smoothing: float) -> Floats:
        """Return what to answer to each label: most of it, and a little of every class of its block.

        Examples
        --------
        >>> Heads((2, 1), (1, 1)).targets(np.array([1, 2]), 0.5).tolist()
        [[0.25, 0.75, 0.0], [0.0, 0.0, 1.0]]
        """
        answers = np.eye(sum(self.classes), dtype=np.float32)[y] * np.float32(1 - smoothing)
        for first, last in self._bounds():
            answers[np.ix_((y >= first) & (y < last), np.arange(first, last))] += np.float32(smoothing / (last - first))
        return answers

    def draw(
        self, y: NDArray[np.int64], rng: np.random.Generator, *, weights: Floats | None = None
    ) -> NDArray[np.int64]:
        """Draw an epoch's rows: each block its share, within it each row with the weight count(its class)^-1/2.

        ``weights`` are more of them, to be multiplied with these.
        """
        weight = 1 / np.sqrt(np.bincount(y)[y])
        if weights is not None:
            weight = weight * weights
        chance = np.zeros(len(y))
        for (first, last), draws in zip(self._bounds(), self.draws, strict=True):
            own = (y >= first) & (y < last)
            chance[own] = draws / sum(self.draws) * weight[own] / weight[own].sum()
        return rng.choice(len(y), sum(self.draws), p=chance)

    def _bounds(self) -> list[tuple[int, int]]:
        ends = np.cumsum(self.classes).tolist()
        return list(zip([0, *ends[:-1]], ends, strict=True))
