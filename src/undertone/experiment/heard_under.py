"""Clips of a corpus as they are heard under a condition, as rows of features."""

from __future__ import annotations

import functools
import zlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from undertone import machines
from undertone.audio.read import read
from undertone.augment.conditions import Condition, Surroundings, under
from undertone.augment.conditions.condition import PEOPLE
from undertone.errors import AudioError, CorpusError, ProtocolError
from undertone.experiment.rows import Rows
from undertone.experiment.steps import Report, silent
from undertone.features.frontend import FrontEnd
from undertone.types import Corpus

#: Fewer other people are no babble.
FEWEST = 3


@dataclass(frozen=True)
class _Heard:
    """A clip, by what it is changed and what else sounds: recordings, not sound, so that it is quickly sent."""

    path: Path
    key: str
    condition: Condition
    seed: int
    voices: tuple[Path, ...] = ()
    more: tuple[Path, ...] = ()


def rows_under(
    corpus: Corpus,
    clips: Sequence[int],
    condition: Condition,
    frontend: FrontEnd,
    *,
    strangers: Sequence[int],
    seed: int,
    workers: int | None = None,
    report: Report = silent,
) -> Rows:
    """Compute features of clips under a condition.

    Parameters
    ----------
    clips : sequence of int
        Indices into ``corpus.utterances``.
    strangers : sequence of int
        Clips that may babble; those of a clip's own speaker never do. Of a fold: those that trained.
    seed : int
        With the clip's key and the kind of condition it names all chance: one noise at every level.
    workers : int, optional
        Processes; the number of cores by default.

    Raises
    ------
    ProtocolError
        Babble, and fewer than three other people.
    CorpusError
        Names recordings that cannot be used.
    """
    work = functools.partial(_features, frontend=frontend)
    plan = [_planned(corpus, clip, condition, strangers, seed) for clip in clips]
    results = machines.spread(work, plan, workers=workers, progress=report)
    faults = [result for result in results if isinstance(result, str)]
    if faults:
        shown = "; ".join(faults[:5]) + ("; …" if len(faults) > 5 else "")
        raise CorpusError(f"{corpus.name}: {len(faults)} of {len(plan)} recordings cannot be used: {shown}")
    parts = [(clip, *result) for clip, result in zip(clips, results, strict=True) if not isinstance(result, str)]
    owner = np.concatenate([np.full(len(features), clip) for clip, features, _ in parts])
    return Rows(
        features=np.concatenate([features for _, features, _ in parts]),
        clip=owner,
        copy=np.zeros(len(owner), np.int64),
        seconds=np.concatenate([seconds for *_, seconds in parts]),
    )


def _planned(corpus: Corpus, clip: int, condition: Condition, strangers: Sequence[int], seed: int) -> _Heard:
    """Draw who babbles, or what else the speaker says in this way."""
    own = corpus.utterances[clip]
    rng = np.random.default_rng([seed, zlib.crc32(own.key.encode())])
    planned = functools.partial(_Heard, own.path, own.key, condition, seed)
    if condition.what.needs == "voices":
        people: dict[str, list[Path]] = defaultdict(list)
        for index in strangers:
            if corpus.utterances[index].speaker != own.speaker:
                people[corpus.utterances[index].speaker].append(corpus.utterances[index].path)
        if len(people) < FEWEST:
            raise ProtocolError(
                f"{corpus.name}: babble needs {FEWEST} other people and more; {len(people)} trained: leave babble out"
            )
        drawn = rng.permutation(sorted(people))[:PEOPLE]
        return planned(voices=tuple(people[name][int(rng.integers(len(people[name])))] for name in drawn))
    if condition.what.needs == "more":
        alike = [
            u.path for i, u in enumerate(corpus.utterances) if i != clip and (u.speaker, u.label) == _said(corpus, clip)
        ]
        return planned(more=tuple(alike[place] for place in rng.permutation(len(alike))[:PEOPLE]))
    return planned()


def _said(corpus: Corpus, clip: int) -> tuple[str, str]:
    return corpus.utterances[clip].speaker, corpus.utterances[clip].label


def _features(plan: _Heard, *, frontend: FrontEnd) -> tuple[NDArray[np.float32], NDArray[np.float32]] | str:
    rng = np.random.default_rng([plan.seed, *(zlib.crc32(word.encode()) for word in (plan.key, plan.condition.kind))])
    try:
        around = Surroundings(tuple(map(read, plan.voices)), tuple(map(read, plan.more)))
        segments, features = frontend.transform(under(read(plan.path), plan.condition, rng, around))
    except AudioError as error:
        return str(error)
    return features, np.array([s.end_s - s.begin_s for s in segments], dtype=np.float32)
