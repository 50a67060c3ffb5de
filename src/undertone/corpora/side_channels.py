"""What tells the label of a recording without listening to the voice: how it was stored, cut and set in level.

A network that is given sound is given these too. If one of them alone names the label, across speakers, the corpus was
made so that it does (each emotion recorded on another day, cut by another hand, coded by another program), and a figure
made with it says little of voices. A cheap classifier for each: the values in tenths (or as they are, where there are
few), the label whose share of a tenth is largest, learned on other speakers than it is judged on.
"""

from __future__ import annotations

import functools
import json
import math
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from undertone import machines
from undertone.audio.read import read
from undertone.corpora.content import digest, missing
from undertone.corpora.draw import shuffled
from undertone.corpora.twins import cache_folder
from undertone.errors import AudioError
from undertone.types import Corpus

#: What is looked at, in words that a reader can check. How a file is stored has nothing to do with a voice.
STORED = ("rate", "channels", "encoding")
#: Angry voices are loud and sad ones slow: these may tell something, but not most of it.
SOUNDED = ("length", "silence before", "silence after", "level", "peak", "offset", "noise floor")
#: The order of the recordings, as far as names are numbered: a network does not see it, but what changed by the day.
ORDER = "number in the name"
#: Shares of the way from chance to certainty: from where on a corpus cannot be used, and from where on one must know.
TOO_MUCH, WORTH_KNOWING = {"stored": 0.1, "sounded": 0.5}, 0.15
SURE = 4.0  # so many deviations above what guessing gives by chance
FEWEST = 60  # of fewer clips nothing is said: with a dozen things to look at, one of them fits by chance
_NAMES = (*STORED, *SOUNDED, ORDER)
BINS, GROUPS = 10, 10
VERSION = 1
HOP_S, QUIET_DB = 0.01, 40.0


@dataclass(frozen=True)
class SideChannel:
    """How well one thing that should not know the label tells it, on speakers it was not learned from.

    Attributes
    ----------
    uar, chance : float
        Of its guesses, and of guessing blindly, 0 .. 1.
    clips : int
        How many were judged.
    """

    name: str
    uar: float
    chance: float
    clips: int

    @property
    def excess(self) -> float:
        """The share of the way from chance to certainty."""
        return (self.uar - self.chance) / (1 - self.chance)

    @property
    def sure(self) -> bool:
        """Whether guessing blindly would hardly do as well on so few clips."""
        deviation = math.sqrt(self.chance * (1 - self.chance) / self.clips)
        return self.clips >= FEWEST and self.uar - self.chance > SURE * deviation

    @property
    def leaks(self) -> bool:
        """Whether it tells too much for any figure of this corpus to be believed."""
        kind = "stored" if self.name in STORED else "sounded"
        return self.name != ORDER and self.sure and self.excess >= TOO_MUCH[kind]

    @property
    def text(self) -> str:
        """What it tells, as a sentence.

        Examples
        --------
        >>> SideChannel("length", 0.263, 0.143, 535).text
        'length alone, unheard, tells the label with UAR 26.3 % on other speakers (chance 14.3 %)'
        """
        score, chance = f"{100 * self.uar:.1f} %", f"{100 * self.chance:.1f} %"
        return f"{self.name} alone, unheard, tells the label with UAR {score} on other speakers (chance {chance})"


@functools.lru_cache(maxsize=32)
def side_channels(corpus: Corpus) -> tuple[SideChannel, ...]:
    """Judge each side channel of a corpus.

    Parameters
    ----------
    corpus : Corpus
        With two classes and two speakers; of any other, or with files missing, nothing can be said.

    Returns
    -------
    tuple of SideChannel
        The loudest first; what is the same for all clips is left out.
    """
    if len(corpus.labels) < 2 or len(corpus.speakers) < 2 or missing(corpus):
        return ()
    table = _measured(digest(corpus), tuple(u.path for u in corpus.utterances))
    labels = np.array([corpus.labels.index(u.label) for u in corpus.utterances])
    order = shuffled(corpus.speakers, "side channels")
    group = np.array([order.index(u.speaker) % min(GROUPS, len(order)) for u in corpus.utterances])
    found = []
    for name, values in table.items():
        if len(set(values)) > 1:
            score = told(values, labels, group, classes=len(corpus.labels))
            found.append(SideChannel(name, score, 1 / len(corpus.labels), len(corpus)))
    return tuple(sorted(found, key=lambda channel: -channel.uar))


def told(values: Sequence[Any], labels: NDArray[np.int64], group: NDArray[np.int64], *, classes: int) -> float:
    """Return the UAR of guessing labels by one value, each group by the others.

    Parameters
    ----------
    values : sequence of str or float, shape (n,)
        Words, or numbers; None where there is none.
    labels, group : ndarray of int, shape (n,)
        Class numbers; who is judged together.

    Examples
    --------
    >>> group = np.arange(40) % 2
    >>> told([0.5, 1.5] * 20, np.array([0, 1] * 20), np.arange(40) // 20, classes=2)
    1.0
    """
    right, seen = np.zeros(classes), np.zeros(classes)
    for judged in np.unique(group):
        train, test = np.flatnonzero(group != judged), np.flatnonzero(group == judged)
        cell = _cells(values, train)
        share = np.full((max(cell) + 1, classes), 1e-9)
        np.add.at(share, (np.array(cell)[train], labels[train]), 1)
        share /= np.maximum(share.sum(axis=0), 1e-6)
        guess = share[np.array(cell)[test]].argmax(axis=1)
        np.add.at(right, labels[test], guess == labels[test])
        np.add.at(seen, labels[test], 1)
    return float((right[seen > 0] / seen[seen > 0]).mean())


def _cells(values: Sequence[Any], train: NDArray[np.int64]) -> list[int]:
    """Number the cell of each value: its own where there are few, otherwise its tenth among the training ones."""
    known = sorted({values[i] for i in train if values[i] is not None}, key=str)
    if len(known) <= BINS or any(isinstance(value, str) for value in known):
        place = {value: number + 1 for number, value in enumerate(known)}
        return [place.get(value, 0) for value in values]
    edges = np.quantile([values[i] for i in train if values[i] is not None], np.linspace(0, 1, BINS + 1)[1:-1])
    return [0 if value is None else int(np.searchsorted(edges, value, side="right")) + 1 for value in values]


@functools.lru_cache(maxsize=8)
def _measured(content: str, paths: tuple[Path, ...]) -> dict[str, list[Any]]:
    """Measure a corpus, or read what was measured of the same content."""
    kept = cache_folder() / f"{content}.side-{VERSION}.json"
    if kept.is_file():
        table: dict[str, list[Any]] = json.loads(kept.read_text(encoding="utf-8"))
        return table
    rows = machines.spread(_measure, paths)
    table = {name: [row[name] for row in rows] for name in _NAMES}
    kept.parent.mkdir(parents=True, exist_ok=True)
    partial = kept.with_suffix(f".{os.getpid()}")
    partial.write_text(json.dumps(table), encoding="utf-8")
    partial.replace(kept)
    return table


def _measure(path: Path) -> dict[str, Any]:
    import soundfile

    number = re.findall(r"\d+", path.stem)
    row: dict[str, Any] = dict.fromkeys(_NAMES)
    row[ORDER] = int(number[-1]) if number else None
    try:
        info = soundfile.info(path)
        samples, rate = (clip := read(path)).samples.astype(np.float64), clip.rate
    except (AudioError, soundfile.LibsndfileError):
        return row
    row |= {"rate": info.samplerate, "channels": info.channels, "encoding": f"{info.format} {info.subtype}"}
    row["length"], row["offset"] = round(len(samples) / rate, 4), float(np.float32(samples.mean()))
    hop = max(1, round(HOP_S * rate))
    frames = samples[: len(samples) // hop * hop].reshape(-1, hop)
    if not len(frames) or not samples.any():
        return row
    power = 10 * np.log10((frames**2).mean(axis=1) + 1e-12)
    loud = np.flatnonzero(power > power.max() - QUIET_DB)
    row["silence before"], row["silence after"] = int(loud[0]) * HOP_S, (len(power) - 1 - int(loud[-1])) * HOP_S
    row["level"] = round(10 * float(np.log10((samples**2).mean() + 1e-12)), 2)
    row["peak"] = round(20 * float(np.log10(np.abs(samples).max())), 2)
    row["noise floor"] = round(float(np.quantile(power, 0.05)), 2)
    return row
