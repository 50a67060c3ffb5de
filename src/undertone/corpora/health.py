"""What to know of a corpus before trusting a figure made with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from undertone.corpora.content import duplicates, missing
from undertone.corpora.importer import UNKNOWN_SPEAKER
from undertone.corpora.side_channels import WORTH_KNOWING, SideChannel, side_channels
from undertone.corpora.sound_files import listed
from undertone.types import Corpus


@dataclass(frozen=True)
class Finding:
    """Something that a reader should know.

    ``weight`` is "fault" (files or labels are wrong), "limit" (what the corpus cannot tell) or "fact".
    """

    weight: str
    text: str


@dataclass(frozen=True)
class Health:
    """The result of `check`.

    Attributes
    ----------
    table : dict of dict
        Clips by label, then by speaker; every pair is there.
    findings : tuple of Finding
        Faults first; empty for a corpus without any peculiarity.
    """

    table: dict[str, dict[str, int]]
    findings: tuple[Finding, ...]


def check(corpus: Corpus) -> Health:
    """Look for missing files, copies, classes of one speaker, lop-sided classes, and what tells labels unheard.

    Parameters
    ----------
    corpus : Corpus
        Its files need not all exist.

    Examples
    --------
    >>> from undertone.corpora import load
    >>> check(load("emodb")).table["disgust"]["12"]
    2
    """
    counts = Counter((u.label, u.speaker) for u in corpus.utterances)
    table = {label: {speaker: counts[label, speaker] for speaker in corpus.speakers} for label in corpus.labels}
    channels = side_channels(corpus)
    faults = [*_missing(corpus), *_copies(corpus), *(channel.text for channel in channels if channel.leaks)]
    limits = [*_speakers(corpus), *_lonely_classes(corpus, table), *_worth_knowing(channels)]
    facts = [*_balance(table), *_gaps(table)]
    findings = [Finding(w, t) for w, texts in (("fault", faults), ("limit", limits), ("fact", facts)) for t in texts]
    return Health(table, tuple(findings))


def _worth_knowing(channels: Sequence[SideChannel]) -> list[str]:
    return [c.text for c in channels if c.sure and c.excess >= WORTH_KNOWING and not c.leaks]


def _missing(corpus: Corpus) -> list[str]:
    absent = missing(corpus)
    return [f"{len(absent)} of {len(corpus)} files are missing: {listed([str(p) for p in absent])}"] if absent else []


def _copies(corpus: Corpus) -> list[str]:
    texts = []
    for group in duplicates([u.path for u in corpus.utterances]):
        clips = [corpus.utterances[i] for i in group]
        labels = sorted({clip.label for clip in clips})
        differ = f", with different labels ({', '.join(labels)})" if len(labels) > 1 else ""
        texts.append(f"byte-equal recordings{differ}: {listed([clip.key for clip in clips])}")
    return texts


def _speakers(corpus: Corpus) -> list[str]:
    nameless = sum(u.speaker == UNKNOWN_SPEAKER for u in corpus.utterances)
    if nameless:
        return [f"{nameless} of {len(corpus)} clips have no known speaker: no honest split is possible"]
    if len(corpus.speakers) == 1:
        return [f"one speaker ({corpus.speakers[0]}): no honest split is possible"]
    return []


def _lonely_classes(corpus: Corpus, table: dict[str, dict[str, int]]) -> list[str]:
    texts = []
    for label, row in table.items():
        speakers = [speaker for speaker, count in row.items() if count]
        if len(speakers) == 1 and len(corpus.speakers) > 1:
            texts.append(f"the class {label!r} has one speaker ({speakers[0]}): it cannot be trained and tested")
    return texts


def _balance(table: dict[str, dict[str, int]]) -> list[str]:
    sizes = {label: sum(row.values()) for label, row in table.items()}
    if len(sizes) < 2 or max(sizes.values()) < 1.5 * min(sizes.values()):
        return []
    largest, smallest = max(sizes, key=lambda k: sizes[k]), min(sizes, key=lambda k: sizes[k])
    return [
        f"the classes are uneven: {sizes[largest]} clips of {largest}, {sizes[smallest]} of {smallest}; "
        "judge by UAR, which counts every class alike, before accuracy"
    ]


def _gaps(table: dict[str, dict[str, int]]) -> list[str]:
    gaps = [f"{label} by {speaker}" for label, row in table.items() for speaker, count in row.items() if not count]
    return [f"some speakers lack a class: {listed(gaps)}"] if gaps else []
