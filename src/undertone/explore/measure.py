"""Listen to every clip of a corpus once, and keep a few numbers of each."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from undertone.audio.read import read
from undertone.errors import AudioError, CorpusError, NotFoundError
from undertone.types import Corpus, Utterance

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Measured:
    """An utterance with its length, its level (root mean square in dB of full scale), its rate and its notes."""

    utterance: Utterance
    duration_s: float
    level_db: float
    rate: int
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Survey:
    """What was heard, and of what could not be read the error."""

    clips: tuple[Measured, ...]
    unreadable: tuple[str, ...]

    @property
    def total_s(self) -> float:
        """The length of all clips together."""
        return sum(clip.duration_s for clip in self.clips)

    def of(self, label: str) -> tuple[Measured, ...]:
        """Return the clips of a class."""
        return tuple(clip for clip in self.clips if clip.utterance.label == label)

    def notes(self) -> Counter[str]:
        """Count how many clips carry each note."""
        return Counter(note for clip in self.clips for note in clip.notes)


def survey(corpus: Corpus, *, progress: Progress | None = None) -> Survey:
    """Read all clips of a corpus.

    Parameters
    ----------
    corpus : Corpus
        Clips that cannot be read are kept apart.
    progress : callable, optional
        Is told ``(done, total, name)`` after each clip.

    Raises
    ------
    CorpusError
        Not one clip can be read.
    """
    clips: list[Measured] = []
    unreadable: list[str] = []
    for done, utterance in enumerate(corpus.utterances, start=1):
        try:
            clips.append(_measure(utterance))
        except (AudioError, NotFoundError) as error:
            unreadable.append(str(error))
        if progress:
            progress(done, len(corpus), utterance.path.name)
    if not clips:
        raise CorpusError(
            f"{corpus.name}: none of its {len(corpus)} recordings can be read"
            + (f" (first: {unreadable[0]})" if unreadable else "")
        )
    return Survey(tuple(clips), tuple(unreadable))


def _measure(utterance: Utterance) -> Measured:
    clip = read(utterance.path)
    power = float(np.mean(np.square(clip.samples, dtype=np.float64)))
    level_db = 10 * math.log10(power) if power > 0 else -math.inf
    return Measured(utterance, clip.duration_s, level_db, clip.rate, clip.notes)
