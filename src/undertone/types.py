"""The values that cross floors. All are frozen; arrays in them are float32 and not to be written to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]

#: What is answered instead of a label whose score is too low.
UNKNOWN = "unknown"


@dataclass(frozen=True)
class Clip:
    """A stretch of mono sound.

    Attributes
    ----------
    samples : ndarray of float32, shape (n,)
        In [-1, 1] unless the file itself went beyond.
    rate : int
        Samples per second.
    notes : tuple of str
        What a listener should know of how it was read: "6 channels: their mean is used".
    """

    samples: Samples
    rate: int
    notes: tuple[str, ...] = ()

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return len(self.samples) / self.rate


@dataclass(frozen=True)
class Utterance:
    """One labelled recording of a corpus; what is not known is None."""

    path: Path
    corpus: str
    speaker: str
    label: str
    sex: str | None = None
    sentence: str | None = None
    intensity: str | None = None
    take: str | None = None

    @property
    def key(self) -> str:
        """A name that is stable across machines: corpus, then the last folder and stem of the file."""
        return f"{self.corpus}/{self.path.parent.name}/{self.path.stem}"


@dataclass(frozen=True)
class Corpus:
    """Utterances with the terms under which they may be used, sorted by key."""

    name: str
    utterances: tuple[Utterance, ...]
    licence: str = "unknown"
    credit: str = ""

    @property
    def labels(self) -> tuple[str, ...]:
        """The classes, in alphabetical order: the order of every score vector."""
        return tuple(sorted({u.label for u in self.utterances}))

    @property
    def speakers(self) -> tuple[str, ...]:
        """The speakers, in alphabetical order."""
        return tuple(sorted({u.speaker for u in self.utterances}))

    def __len__(self) -> int:
        return len(self.utterances)


@dataclass(frozen=True)
class Fold:
    """Which utterances train, choose the epoch, and judge: indices into ``Corpus.utterances``.

    ``honest`` is False for the tutorial's random splits; ``why`` then says what is wrong with them, and the
    figure is stamped with it wherever it appears. ``note`` says what a reader should know of an honest one.
    ``new_sentences`` claims that nothing which the test says was said in training.
    """

    name: str
    train: tuple[int, ...]
    validation: tuple[int, ...]
    test: tuple[int, ...]
    honest: bool = True
    why: str = ""
    note: str = ""
    new_sentences: bool = False


@dataclass(frozen=True)
class Segment:
    """What a model sees at once, in seconds from the start of the recording."""

    begin_s: float
    end_s: float


@dataclass(frozen=True)
class Prediction:
    """The answer to one recording.

    Attributes
    ----------
    file : str
        As the caller named it.
    labels : tuple of str
        The classes, in the order of the scores.
    scores : ndarray of float32, shape (classes,)
        Calibrated; they sum to 1.
    segments : tuple of Segment
        The timeline.
    segment_scores : ndarray of float32, shape (segments, classes)
        One row a segment.
    notes : tuple of str
        What makes the answer doubtful: short, silent, clipped, mixed.
    unknown_below : float or None
        A best score below it is answered `UNKNOWN`.
    """

    file: str
    labels: tuple[str, ...]
    scores: NDArray[np.float32]
    segments: tuple[Segment, ...]
    segment_scores: NDArray[np.float32]
    notes: tuple[str, ...] = ()
    unknown_below: float | None = None

    @property
    def label(self) -> str:
        """The class with the highest score, the first of equals; `UNKNOWN` where that score is too low."""
        return self.answer_to(self.scores)

    def answer_to(self, row: NDArray[np.float32]) -> str:
        """Name the answer that one row of scores means: of the whole, or of a segment."""
        best = int(np.argmax(row))
        if self.unknown_below is not None and row[best] < np.float32(self.unknown_below):
            return UNKNOWN
        return self.labels[best]
