"""What the network of sequences and the line over statistics each say of a fold's test clips, and how they are weighed.

How much each has to say is a question to voices that neither has heard. With several folds the other folds' answers say
it: those of this fold's own test speakers have no say in their weights. (The networks of the other folds did hear them;
of that, two numbers for all classes and clips are left.) With fewer than three training speakers the weights are
settings, found on other corpora.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from undertone.bundle.model import whole_scores
from undertone.evaluation import fit_pool, pooled_scores

Table = tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class Opinions:
    """Logits of each segment of the test clips.

    Attributes
    ----------
    clip : tuple of int
        Whose segment it is: a place among the fold's test clips.
    seconds : tuple of float
        Its length, which is its weight in the clip's answer.
    network, line, personal : tuple of tuple of float, shape (segments, classes)
        Of the network, of the line, and of the line that knows the speaker.
    weights : tuple of float
        Of network and line, from the settings.
    few_speakers : bool
        Whether these weights stand whatever other folds say.
    """

    clip: tuple[int, ...]
    seconds: tuple[float, ...]
    network: Table
    line: Table
    personal: Table
    weights: tuple[float, ...]
    few_speakers: bool

    def scores(self, weights: Sequence[float], *, speaker_known: bool = False) -> NDArray[np.float32]:
        """Return the clips' scores, shape (clips, classes)."""
        rows = pooled_scores([self.network, self.personal if speaker_known else self.line], weights)
        clip, seconds = np.asarray(self.clip), np.asarray(self.seconds)
        parts = [clip == number for number in range(clip.max() + 1)]
        return np.stack([whole_scores(seconds[own], rows[own]) for own in parts])


def table(values: NDArray[np.float64] | NDArray[np.float32]) -> Table:
    """Return logits as plain numbers of three digits, the best of each row 0."""
    return tuple(tuple(round(float(v), 3) for v in row) for row in values - values.max(axis=1, keepdims=True))


def weigh(
    own: Opinions, others: Sequence[tuple[Opinions, Sequence[int]]], *, speaker_known: bool = False
) -> tuple[float, float]:
    """Return the weights of network and line for a fold.

    Parameters
    ----------
    own : Opinions
        Of the fold.
    others : sequence of (Opinions, sequence of int)
        Those of the other folds, with the class number of each of their test clips.
    """
    if own.few_speakers or not others:
        return own.weights[0], own.weights[1]
    logits = [
        np.concatenate([np.asarray(part) for part in parts])
        for parts in (
            [opinions.network for opinions, _ in others],
            [opinions.personal if speaker_known else opinions.line for opinions, _ in others],
        )
    ]
    truth = np.concatenate([np.asarray(labels)[list(opinions.clip)] for opinions, labels in others])
    network, line = fit_pool(logits, truth)
    return float(network), float(line)
