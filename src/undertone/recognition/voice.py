"""Clips of one voice as a bundle hears them, and the answers that a line for that voice gives.

The network without its line is asked once: adaptation changes the line alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from undertone.bundle import Bundle
from undertone.bundle.model import network_inputs, whole_scores
from undertone.evaluation import softmax
from undertone.recognition.known_voice import (
    Doubles,
    Floats,
    Line,
    general_line,
    known_line,
    rest_of,
    taught_line,
    voice_mean,
)
from undertone.types import Clip

PARTS = 5
Report = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Voice:
    """Clips of one voice as a bundle hears them.

    Attributes
    ----------
    x : ndarray of float32, shape (segments, statistics)
    rest : ndarray of float64, shape (segments, classes)
        What the network without its line says.
    clip : ndarray of int64, shape (segments,)
        Whose segment it is, from 0.
    seconds : ndarray of float64, shape (segments,)
    """

    x: Floats
    rest: Doubles
    clip: NDArray[np.int64]
    seconds: Doubles

    @property
    def clips(self) -> int:
        """How many clips there are."""
        return len(np.unique(self.clip))

    def where(self, clips: NDArray[np.int64]) -> Voice:
        """Return some clips, under their numbers."""
        here = np.isin(self.clip, clips)
        return Voice(self.x[here], self.rest[here], self.clip[here], self.seconds[here])


def listen(bundle: Bundle, clips: Sequence[Clip], *, report: Report | None = None) -> Voice:
    """Hear each clip once: its statistics, and what the rest of the network says."""
    parts, first = [], bundle.frontend.sequence_size
    for number, clip in enumerate(clips):
        segments, features = bundle.frontend.transform(clip)
        rows = np.stack([bundle.network(x).ravel() for x in network_inputs(bundle, features)])
        x = features[:, first:]
        lengths = np.array([s.end_s - s.begin_s for s in segments])
        parts.append((x, rest_of(bundle, rows, x), np.full(len(x), number), lengths))
        if report is not None:
            report(number + 1, len(clips), "")
    return Voice(*(np.concatenate(part) for part in zip(*parts, strict=True)))


def line_of(bundle: Bundle, voice: Voice, labels: NDArray[np.int64] | None) -> Line:
    """Return the line for a voice; ``labels`` are class numbers of clips."""
    assert bundle.personal is not None
    of_segments = None if labels is None else labels[voice.clip]
    mean, rest = (voice_mean(rows, of_segments) for rows in (voice.x, voice.rest))
    line = known_line(general_line(bundle), bundle.personal, mean, rest, clips=voice.clips)
    if of_segments is None:
        return line
    return taught_line(line, voice.x, voice.rest, of_segments, temperature=bundle.temperature)


def answers(bundle: Bundle, voice: Voice, line: Line, *, limit: float) -> Floats:
    """Answer clips as the bundle would with this line, shape (clips, classes)."""
    strange = np.sqrt(np.mean(np.square(line.scaled(voice.x)), axis=1))
    softening = np.full(len(strange), bundle.temperature)
    if bundle.doubt is not None:
        softening *= np.maximum(1.0, strange / limit) * bundle.doubt.shortness(voice.seconds)
    rows = softmax((voice.rest + line.logits(voice.x)) / softening[:, None])
    own = [voice.clip == clip for clip in np.unique(voice.clip)]
    return np.stack([whole_scores(voice.seconds[here], rows[here]) for here in own])


def cross_fitted(
    bundle: Bundle, voice: Voice, labels: NDArray[np.int64] | None = None, *, seed: int = 0
) -> tuple[Floats, Floats]:
    """Answer each clip by the bundle as it is, and by what the clips of the other parts make of it."""
    assert bundle.personal is not None
    limit = np.inf if bundle.doubt is None else bundle.doubt.limit
    before = answers(bundle, voice, general_line(bundle), limit=limit)
    after, numbers = np.empty_like(before), np.random.default_rng(seed).permutation(voice.clips)
    for part in np.array_split(numbers, min(PARTS, len(numbers))):
        part = np.sort(part)
        line = line_of(bundle, voice.where(np.setdiff1d(numbers, part)), labels)
        after[part] = answers(bundle, voice.where(part), line, limit=bundle.personal.limit)
    return before, after
