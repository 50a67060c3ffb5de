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
    network, line : tuple of tuple of float, shape (segments, classes)
        Of the network and of the line.
    known, personal : tuple of tuple of float, shape (segments, classes)
        The same where the speaker is known: of the network less the mean of what it says of that speaker
        (`of_known`), and of the line that knows the speaker.
    weights : tuple of float
        Of network and line, from the settings.
    few_speakers : bool
        Whether these weights stand whatever other folds say.
    """

    clip: tuple[int, ...]
    seconds: tuple[float, ...]
    network: Table
    line: Table
    known: Table
    personal: Table
    weights: tuple[float, ...]
    few_speakers: bool

    def scores(self, weights: Sequence[float], *, speaker_known: bool = False) -> NDArray[np.float32]:
        """Return the clips' scores, shape (clips, classes)."""
        rows = pooled_scores(self.sides(speaker_known=speaker_known), weights)
        clip, seconds = np.asarray(self.clip), np.asarray(self.seconds)
        parts = [clip == number for number in range(clip.max() + 1)]
        return np.stack([whole_scores(seconds[own], rows[own]) for own in parts])

    def sides(self, *, speaker_known: bool = False) -> tuple[Table, Table]:
        """Return the logits of network and line."""
        return (self.known, self.personal) if speaker_known else (self.network, self.line)


def of_known(logits: NDArray[np.float64], speakers: Sequence[str]) -> NDArray[np.float64]:
    """Take from each segment's logits the mean over its speaker's; no label is used.

    What a network says of all that somebody says alike is how that voice sounds to it, not how it speaks. As for the
    statistics, it assumes that what is known of a speaker covers the classes about evenly.

    Parameters
    ----------
    logits : ndarray of float64, shape (segments, classes)
        Each row up to a constant of its own.
    speakers : sequence of str
        One a segment.

    Examples
    --------
    >>> of_known(np.array([[0.0, -2.0], [-1.0, -1.0], [0.0, 0.0]]), ["a", "a", "b"]).tolist()
    [[0.5, -0.5], [-0.5, 0.5], [0.0, 0.0]]
    """
    even = logits - logits.mean(axis=1, keepdims=True)
    names, number = np.unique(np.asarray(speakers), return_inverse=True)
    means = np.stack([even[number == k].mean(axis=0) for k in range(len(names))])
    return np.asarray(even - means[number])


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
    sides = [opinions.sides(speaker_known=speaker_known) for opinions, _ in others]
    logits = [np.concatenate([np.asarray(part) for part in parts]) for parts in zip(*sides, strict=True)]
    truth = np.concatenate([np.asarray(labels)[list(opinions.clip)] for opinions, labels in others])
    network, line = fit_pool(logits, truth)
    return float(network), float(line)
