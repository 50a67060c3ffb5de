"""What an importer is: the one thing that a new corpus has to bring."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from undertone.registry import Registry
from undertone.types import Utterance

#: The speaker of a clip of which nobody said who speaks. It is no person: protocols refuse it.
UNKNOWN_SPEAKER = "unknown"


@dataclass(frozen=True)
class Importer:
    """How recordings of one kind on disk become utterances.

    Attributes
    ----------
    kind : str
        What ``--kind`` and the manifest call it.
    title : str
        One line for a reader.
    fits : callable (path) -> float
        How well a path looks like this kind, from 0 (not at all) to 1; must not raise on any path.
    read : callable (path, name) -> tuple of Utterance
        Read the labels of every clip; raises `CorpusError` that tells all faults at once.
    licence, credit, source : str
        The terms of the recordings, whom to thank, and where the official files are; empty where the owner knows.
    """

    kind: str
    title: str
    fits: Callable[[Path], float]
    read: Callable[[Path, str], tuple[Utterance, ...]]
    licence: str = "unknown"
    credit: str = ""
    source: str = ""


#: Kind to importer; each module of this package that knows a kind adds itself.
IMPORTERS: Registry[Importer] = Registry("kind of corpus")
