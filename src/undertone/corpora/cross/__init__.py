"""Tests across corpora: train on some corpora, judge on another, by a declared map of labels.

One file a test, here beside or anywhere else::

    train_on = ["emodb"]
    test_on = "ravdess"
    [labels.emodb]        # a label of the corpus -> the class that both sides share
    angry = "angry"
    [refused.emodb]       # a label whose clips are left out -> the reason
    boredom = "RAVDESS has no bored voices"

Every label of every corpus stands in one of the two tables: nothing is mapped or dropped silently. The files are
frozen; another map gets another name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from undertone.config import read_toml
from undertone.corpora.draw import draw_speakers, fifth
from undertone.corpora.folds import check_classes
from undertone.corpora.label_maps import Map, joined_under, refuse, undeclared
from undertone.corpora.leaks import without_twins
from undertone.corpora.sound_files import listed
from undertone.corpora.twins import twins_of
from undertone.errors import ConfigError, ProtocolError
from undertone.types import Corpus, Fold

_HERE = Path(__file__).parent
#: Names of the tests that ship, in alphabetical order.
CROSSINGS = tuple(sorted(path.stem for path in _HERE.glob("*.toml")))


@dataclass(frozen=True)
class Crossing:
    """A test across corpora.

    Attributes
    ----------
    train_on : tuple of str
        Names of the corpora that train; a fifth of their speakers choose the epoch.
    test_on : str
        Name of the corpus whose every clip judges, save those of refused labels.
    labels : dict of dict
        By corpus: its label to the class that is trained and answered.
    refused : dict of dict
        By corpus: a label whose clips are left out, to the reason.
    """

    train_on: tuple[str, ...]
    test_on: str
    labels: Map
    refused: Map = field(default_factory=dict)

    @property
    def corpora(self) -> tuple[str, ...]:
        """All corpora, those that train first."""
        return (*self.train_on, self.test_on)


def read_crossing(name: str) -> tuple[str, Crossing]:
    """Read a test that ships, by its name, or one of one's own, by the path of its file.

    Returns
    -------
    str, Crossing
        The protocol's name, which is the file's without its ending, and what it says.

    Raises
    ------
    NotFoundError, ConfigError
        No such file; keys that are wrong; the corpus of the test among those that train; a table of labels that is
        missing or that maps and refuses one label.

    Examples
    --------
    >>> read_crossing("emodb-to-ravdess")[1].refused["ravdess"]["calm"]
    'EMO-DB has no calm voices'
    """
    path = _HERE / f"{name}.toml" if name in CROSSINGS else Path(name)
    crossing = read_toml(Crossing, path)
    faults = [f"test_on {crossing.test_on!r} trains too"] if crossing.test_on in crossing.train_on else []
    faults += ["train_on names no corpus"] if not crossing.train_on else []
    faults += [f"no table [labels.{corpus}]" for corpus in crossing.corpora if corpus not in crossing.labels]
    for corpus, refused in crossing.refused.items():
        both = sorted(set(refused) & set(crossing.labels.get(corpus, {})))
        faults += [f"{corpus}: {listed(both)} mapped and refused"] if both else []
    if faults:
        raise ConfigError(f"{path}: {'; '.join(faults)}")
    return path.stem, crossing


def cross(name: str, crossing: Crossing, corpora: Sequence[Corpus], *, seed: int = 0) -> tuple[Corpus, Fold]:
    """Join corpora under one set of classes, and split them.

    Parameters
    ----------
    name : str
        Of the protocol.
    crossing : Crossing
        What is mapped to what.
    corpora : sequence of Corpus
        In the order of ``crossing.corpora``.
    seed : int
        Draws the validation speakers.

    Returns
    -------
    Corpus, Fold
        Speakers are named "corpus/speaker". A sound that is in two of the corpora is left out of training.

    Raises
    ------
    ProtocolError
        Labels that the file does not declare, or classes that judge and that nobody trains; one training speaker.
    """
    parts = dict(zip(crossing.corpora, corpora, strict=True))
    faults = undeclared(parts, crossing.labels, crossing.refused)
    trained = {label for key in crossing.train_on for label in crossing.labels[key].values()}
    untaught = sorted(set(crossing.labels[crossing.test_on].values()) - trained)
    refuse(name, faults + ([f"nobody trains {', '.join(untaught)}"] if untaught else []))
    joined = joined_under(name, parts, crossing.labels)
    return joined, _fold(name, joined, f"{crossing.test_on}/", seed)


def _fold(name: str, corpus: Corpus, tested: str, seed: int) -> Fold:
    pool = [speaker for speaker in corpus.speakers if not speaker.startswith(tested)]
    if len(pool) < 2:
        raise ProtocolError(f"{name}: one training speaker ({listed(pool)}); expected two and more, one to choose by")
    judges = draw_speakers(corpus, pool, fifth(len(pool)), seed=seed)

    def spoken(wanted: Sequence[str]) -> tuple[int, ...]:
        return tuple(i for i, u in enumerate(corpus.utterances) if u.speaker in wanted)

    heard = [speaker for speaker in pool if speaker not in judges]
    strangers = [speaker for speaker in corpus.speakers if speaker.startswith(tested)]
    fold = without_twins(Fold(name, spoken(heard), spoken(judges), spoken(strangers)), twins_of(corpus))
    check_classes(corpus, fold)
    return fold
