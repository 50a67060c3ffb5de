"""A corpus as rows of features: one row a segment, for every clip and every augmented copy of it.

All copies of a clip carry its index. A split selects clips first and rows second, so a copy can only follow its clip
to the training side; that the copies were computed before anyone split changes nothing, because each copy depends on
its own clip and a seed made of the clip's key alone.
"""

from __future__ import annotations

import functools
import os
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from undertone import machines
from undertone.audio.read import read
from undertone.audio.resample import resample
from undertone.augment import augment
from undertone.augment.conditions import sound_copies
from undertone.config import fingerprint
from undertone.corpora.content import digest, need_files
from undertone.errors import CorpusError, UndertoneError
from undertone.experiment.settings import ExperimentSettings
from undertone.experiment.steps import Report, silent
from undertone.models import MODELS
from undertone.types import Clip, Corpus, Utterance


@dataclass(frozen=True)
class Paced:
    """Statistics of copies: at another speed, as if others had said it; in noise, in a room, over a telephone.

    Attributes
    ----------
    statistics : ndarray of float32, shape (segments, statistics)
    clip : ndarray of int, shape (segments,)
        Index into ``Corpus.utterances``: a copy can only follow its clip.
    speed : ndarray of int, shape (segments,)
        Place in ``StatisticsSettings.speeds``, from 1; after them the places of ``SoundSettings.copies``.
    """

    statistics: NDArray[np.float32]
    clip: NDArray[np.int64]
    speed: NDArray[np.int64]


@dataclass(frozen=True)
class Heard:
    """Sequences of the copies in noise, in a room, over a telephone, where networks hear them (`HearingSettings`).

    Attributes
    ----------
    sequences : ndarray of float16, shape (segments, frames * columns)
    clip : ndarray of int, shape (segments,)
        Index into ``Corpus.utterances``.
    """

    sequences: NDArray[np.float16]
    clip: NDArray[np.int64]


@dataclass(frozen=True)
class Rows:
    """Features of a corpus.

    Attributes
    ----------
    features : ndarray of float32, shape (rows, features)
        Not yet scaled.
    clip : ndarray of int, shape (rows,)
        Index into ``Corpus.utterances``.
    copy : ndarray of int, shape (rows,)
        0 for the clip itself, 1 and up for augmented copies.
    seconds : ndarray of float32, shape (rows,)
        Length of the segment: its weight in the clip's answer.
    paced : Paced or None
        Statistics of copies for the line over statistics.
    heard : Heard or None
        Sequences of copies for the networks.
    """

    features: NDArray[np.float32]
    clip: NDArray[np.int64]
    copy: NDArray[np.int64]
    seconds: NDArray[np.float32]
    paced: Paced | None = None
    heard: Heard | None = None

    def lengths(self, some: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the seconds of each clip's longest segment among some rows; its last one is what is left over."""
        clips, place = np.unique(self.clip[some], return_inverse=True)
        longest = np.zeros(len(clips))
        np.maximum.at(longest, place, self.seconds[some])
        return longest

    def where(self, clips: Sequence[int], *, copies: bool) -> NDArray[np.int64]:
        """Return the rows of some clips: with their augmented copies, or the clips alone."""
        chosen = np.isin(self.clip, np.asarray(clips, dtype=np.int64))
        return np.flatnonzero(chosen if copies else chosen & (self.copy == 0))


def label_numbers(corpus: Corpus) -> NDArray[np.int64]:
    """Return each utterance's class as its place in ``corpus.labels``."""
    place = {label: index for index, label in enumerate(corpus.labels)}
    return np.array([place[u.label] for u in corpus.utterances])


def extract(corpus: Corpus, settings: ExperimentSettings, *, report: Report = silent) -> Rows:
    """Compute the rows of a corpus on all cores.

    Raises
    ------
    CorpusError
        Names every recording that cannot be used.
    """
    work = functools.partial(_clip_rows, settings=settings)
    results = machines.spread(work, list(corpus.utterances), progress=report)
    faults = [result for result in results if isinstance(result, str)]
    if faults:
        shown = "; ".join(faults[:5]) + ("; …" if len(faults) > 5 else "")
        raise CorpusError(f"{corpus.name}: {len(faults)} of {len(corpus)} recordings cannot be used: {shown}")
    parts = [(index, *result) for index, result in enumerate(results) if not isinstance(result, str)]
    copies = [(index, result[-1]) for index, result in enumerate(results) if result[-1] and not isinstance(result, str)]
    return Rows(
        features=np.concatenate([features for _, features, *_ in parts]),
        clip=np.concatenate([np.full(len(features), index) for index, features, *_ in parts]),
        copy=np.concatenate([copy for _, _, copy, *_ in parts]),
        seconds=np.concatenate([seconds for _, _, _, seconds, _ in parts]),
        paced=_paced(copies) if copies else None,
        heard=_heard(copies) if copies and settings.hearing.copies else None,
    )


def _paced(parts: list[tuple[int, _Copies]]) -> Paced:
    return Paced(
        np.concatenate([copies.statistics for _, copies in parts]),
        np.concatenate([np.full(len(copies.speed), index) for index, copies in parts]),
        np.concatenate([copies.speed for _, copies in parts]),
    )


def _heard(parts: list[tuple[int, _Copies]]) -> Heard:
    return Heard(
        np.concatenate([copies.sequences for _, copies in parts]),
        np.concatenate([np.full(len(copies.sequences), index) for index, copies in parts]),
    )


def cached(corpus: Corpus, settings: ExperimentSettings, path: Path, *, report: Report = silent) -> Rows:
    """Compute the rows of a corpus, or read them from a file that the same clips and settings wrote."""
    need_files(corpus)
    mark = _mark(corpus, settings)
    if path.is_file():
        with np.load(path) as stored:
            if str(stored["mark"]) == mark:
                paced, heard = (
                    [stored[f"{kind}_{name}"] for name in names if f"{kind}_{name}" in stored]
                    for kind, names in (("paced", _PACED), ("heard", _HEARD))
                )
                own = (stored["features"], stored["clip"], stored["copy"], stored["seconds"])
                return Rows(*own, Paced(*paced) if paced else None, Heard(*heard) if heard else None)
    rows = extract(corpus, settings, report=report)
    partial = path.with_name(f".{path.stem}.{os.getpid()}.npz")
    try:
        arrays = {"features": rows.features, "clip": rows.clip, "copy": rows.copy, "seconds": rows.seconds}
        if rows.paced is not None:
            arrays |= {f"paced_{name}": getattr(rows.paced, name) for name in _PACED}
        if rows.heard is not None:
            arrays |= {f"heard_{name}": getattr(rows.heard, name) for name in _HEARD}
        np.savez(partial, mark=np.array(mark), **arrays)  # type: ignore[arg-type]
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return rows


_PACED = ("statistics", "clip", "speed")
_HEARD = ("sequences", "clip")


@dataclass(frozen=True)
class _Copies:
    """Of one clip: statistics of all its copies, and sequences of those that networks hear."""

    statistics: NDArray[np.float32]
    speed: NDArray[np.int64]
    sequences: NDArray[np.float16]


def _clip_rows(
    utterance: Utterance, *, settings: ExperimentSettings
) -> tuple[NDArray[np.float32], NDArray[np.int64], NDArray[np.float32], _Copies | None] | str:
    try:
        clip = read(utterance.path)
        rng = np.random.default_rng([settings.seed, zlib.crc32(utterance.key.encode())])
        versions = [clip, *augment(clip, settings.augment, rng)] if MODELS[settings.model].chooses else [clip]
        parts = [settings.frontend.transform(version) for version in versions]
        copies = _copies(clip, utterance.key, settings)
    except UndertoneError as error:
        return str(error)
    return (
        np.concatenate([features for _, features in parts]),
        np.concatenate([np.full(len(segments), copy) for copy, (segments, _) in enumerate(parts)]),
        np.array([s.end_s - s.begin_s for segments, _ in parts for s in segments], dtype=np.float32),
        copies,
    )


def _copies(clip: Clip, key: str, settings: ExperimentSettings) -> _Copies | None:
    """Return what is learned from the clip's copies.

    At a speed it is read as if it had been recorded at so many times its rate. What chance is in them is the key's
    alone: every seed of a run has the same.
    """
    frontend, speeds = settings.frontend, settings.statistics.speeds
    if MODELS[settings.model].chooses or not (frontend.statistics_size and (speeds or settings.sound.copies)):
        return None
    samples = resample(clip, frontend.rate).samples
    copies = [Clip(samples, round(frontend.rate * speed)) for speed in speeds]
    copies += sound_copies(clip, settings.sound, np.random.default_rng(zlib.crc32(key.encode())))
    parts, first = [frontend.transform(copy)[1] for copy in copies], frontend.sequence_size
    networks = parts[len(speeds) :] if settings.hearing.copies else []
    return _Copies(
        np.concatenate([part[:, first:] for part in parts]),
        np.concatenate([np.full(len(part), place) for place, part in enumerate(parts, start=1)]),
        np.concatenate([np.zeros((0, first), np.float16), *(part[:, :first].astype(np.float16) for part in networks)]),
    )


def _mark(corpus: Corpus, settings: ExperimentSettings) -> str:
    parts = [fingerprint(settings.frontend)]
    if MODELS[settings.model].chooses:  # the others vary clips while they train, or at set speeds
        parts += [fingerprint(settings.augment), str(settings.seed)]
    elif settings.frontend.statistics_size:
        parts += [f"speeds {settings.statistics.speeds}"]
        parts += [fingerprint(settings.sound)] if settings.sound.copies else []
        parts += ["sequences of copies"] if settings.sound.copies and settings.hearing.copies else []
    return " ".join([*parts, digest(corpus)])
