"""Corpora that are several others under one set of classes, by a declared map of labels.

One file a corpus, here beside (`load` knows it by name) or anywhere else (`load` takes its path)::

    of = ["ravdess", "mine.csv"]     # names of corpora, or paths from the file's own folder
    [labels.ravdess]                 # a label of the corpus -> the class that is trained and answered
    angry = "angry"
    [refused.ravdess]                # a label whose clips are left out -> the reason
    calm = "nobody else has calm voices"
    [labels."mine.csv"]
    cross = "angry"

Every label of every corpus stands in one of the two tables. The files here are frozen; another map gets another name.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from undertone.config import read_toml
from undertone.corpora.label_maps import Map, joined_under, refuse, undeclared
from undertone.corpora.sound_files import listed
from undertone.errors import ConfigError
from undertone.types import Corpus

_HERE = Path(__file__).parent
#: Names of the joined corpora that are declared here, in alphabetical order.
JOINED = tuple(sorted(path.stem for path in _HERE.glob("*.toml")))
ENDING = ".toml"


@dataclass(frozen=True)
class Joined:
    """What is joined, and what becomes of each label; see `undertone.corpora.cross.Crossing`."""

    of: tuple[str, ...]
    labels: Map
    refused: Map = field(default_factory=dict)


def join(name: str, load: Callable[[str], Corpus]) -> Corpus:
    """Join corpora as a file says.

    Parameters
    ----------
    name : str
        A name of `JOINED`, or the path of a file of one's own.
    load : callable
        Loads each part, by name or path.

    Returns
    -------
    Corpus
        Called as the file without its ending; speakers are named "corpus/speaker".

    Raises
    ------
    NotFoundError, ConfigError
        No such file; keys that are wrong; fewer than two corpora; a table that is missing, or that maps and refuses
        one label.
    ProtocolError
        A label of a corpus that the file does not declare, or the other way round.
    """
    path = _HERE / f"{name}{ENDING}" if name in JOINED else Path(name)
    plan = read_toml(Joined, path)
    files = {part: path.parent / part for part in plan.of if "/" in part or (path.parent / part).exists()}
    keys = {part: files[part].stem if part in files else part for part in plan.of}
    faults = [f"of names {len(keys)} corpora; expected two and more"] if len(keys) < 2 else []
    if len({*keys.values()}) < len(keys):
        faults += [f"two corpora would be called {listed(sorted(keys.values()))}"]
    faults += [f"no table [labels.{part}]" for part in plan.of if part not in plan.labels]
    for part, refused in plan.refused.items():
        both = sorted(set(refused) & set(plan.labels.get(part, {})))
        faults += [f"{part}: {listed(both)} mapped and refused"] if both else []
    if faults:
        raise ConfigError(f"{path}: {'; '.join(faults)}")
    corpora = {keys[part]: load(str(files.get(part, part))) for part in plan.of}
    labels, refused_labels = ({keys[p]: rows for p, rows in table.items()} for table in (plan.labels, plan.refused))
    refuse(path.stem, undeclared(corpora, labels, refused_labels))
    return joined_under(path.stem, corpora, labels)
