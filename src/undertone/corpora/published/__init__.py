"""Published corpora whose file names are a code: a data file each, with terms, code, and the folds that judge it.

``name`` is a regular expression for a whole file name without its ending. Its groups say what is known: ``speaker``,
``label``, ``sex``, ``sentence``, ``intensity``, ``take``; the tables of the same names say what a code means. A corpus
whose names count through the emotions has the group ``number`` and ``blocks`` instead of labels. The files are frozen:
other folds get another name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from undertone.config import read_toml
from undertone.corpora.coded import Code, coded_importer
from undertone.corpora.importer import IMPORTERS

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Folds:
    """A frozen protocol: its name, a sentence about it, and the test speakers of each fold."""

    name: str
    says: str
    tests: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Published:
    """What a data file says.

    Attributes
    ----------
    title, licence, credit, source : str
        See `undertone.corpora.importer.Importer`.
    clips : int
        How many the published corpus has.
    name, expects : str
        The code, as a regular expression and in a form that an error can show.
    labels, intensities, speakers : dict
        A code to our word. An intensity without a word is not known; a speaker without one keeps the code.
    sexes : dict
        What the group ``sex`` says, to "female" or "male"; another code is not known (children).
    women : tuple of str, optional
        Where names do not say the sex: the speakers who are women; all others are men.
    blocks : tuple of str
        The labels, in the order in which the group ``number`` (from 1) counts through them.
    block : int
        How many numbers each of these has; the place in a block is the sentence.
    with_folder : bool
        A name that does not follow the code is tried once more with its folder in front: ``DC/a01`` as ``DC_a01``.
    protocol : Folds, optional
        The corpus's own protocol.
    """

    title: str
    licence: str
    credit: str
    source: str
    clips: int
    name: str
    expects: str
    labels: dict[str, str] = field(default_factory=dict)
    intensities: dict[str, str] = field(default_factory=dict)
    speakers: dict[str, str] = field(default_factory=dict)
    sexes: dict[str, str] = field(default_factory=dict)
    women: tuple[str, ...] | None = None
    blocks: tuple[str, ...] = ()
    block: int = 0
    with_folder: bool = False
    protocol: Folds | None = None


def parse(corpus: Published, stem: str) -> Code | None:
    """Read a file name; None if it does not follow the corpus's code.

    Examples
    --------
    >>> code = parse(PUBLISHED["cremad"], "1001_IEO_ANG_HI")
    >>> code.speaker, code.sex, code.label, code.sentence, code.intensity
    ('1001', 'male', 'angry', 'IEO', 'high')
    >>> code = parse(PUBLISHED["esd"], "0011_000351")
    >>> code.speaker, code.sex, code.label, code.sentence
    ('0011', 'male', 'angry', '001')
    """
    found = re.fullmatch(corpus.name, stem)
    if not found:
        return None
    said = found.groupdict()
    sentence: str | None = said.get("sentence")
    if corpus.blocks:
        block, place = divmod(int(said["number"]) - 1, corpus.block)
        if not 0 <= block < len(corpus.blocks):
            return None
        label, sentence = corpus.blocks[block], f"{place + 1:03d}"
    else:
        label = corpus.labels[said["label"]]
    speaker = said["speaker"]
    return Code(
        corpus.speakers.get(speaker, speaker),
        label,
        sex=_sex(corpus, speaker, said.get("sex")),
        sentence=sentence,
        intensity=corpus.intensities.get(said.get("intensity", "")),
        take=said.get("take"),
    )


def _sex(corpus: Published, speaker: str, said: str | None) -> str | None:
    if corpus.women is not None:
        return "female" if speaker in corpus.women else "male"
    return corpus.sexes.get(said or "")


def _read() -> dict[str, Published]:
    return {path.stem: read_toml(Published, path) for path in sorted(_HERE.glob("*.toml"))}


#: Name of the corpus to what its data file says.
PUBLISHED = _read()

for _kind, _corpus in PUBLISHED.items():
    IMPORTERS.add(
        _kind,
        coded_importer(
            _kind,
            partial(parse, _corpus),
            title=_corpus.title,
            pattern=_corpus.expects,
            licence=_corpus.licence,
            credit=_corpus.credit,
            source=_corpus.source,
            with_folder=_corpus.with_folder,
        ),
    )
