"""Several corpora under one set of classes: each label is mapped or refused by name, nothing silently."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Mapping, Sequence

from undertone.errors import ProtocolError
from undertone.types import Corpus

#: By corpus: its label to a class, or to the reason why its clips are left out.
Map = dict[str, dict[str, str]]


def joined_under(name: str, corpora: Mapping[str, Corpus], labels: Map) -> Corpus:
    """Join corpora; their speakers are named "corpus/speaker", their licences and credits stand side by side."""
    utterances = [
        dataclasses.replace(u, label=labels[key][u.label], speaker=f"{key}/{u.speaker}")
        for key, corpus in corpora.items()
        for u in corpus.utterances
        if u.label in labels[key]
    ]
    licences = dict.fromkeys(corpus.licence for corpus in corpora.values())
    credits_ = "; ".join(corpus.credit for corpus in corpora.values() if corpus.credit)
    return Corpus(name, tuple(utterances), " and ".join(licences), credits_)


def undeclared(corpora: Mapping[str, Corpus], labels: Map, refused: Map) -> list[str]:
    """Say which labels a corpus has that nobody declares, and which are declared that it does not have."""
    faults = []
    for key, corpus in corpora.items():
        counts = Counter(u.label for u in corpus.utterances)
        known = {*labels[key], *refused.get(key, {})}
        strange = [f"{label} ({counts[label]} clips)" for label in sorted(set(counts) - known)]
        absent = sorted(known - set(counts))
        faults += [f"{key} has labels that it does not declare: {', '.join(strange)}"] if strange else []
        faults += [f"{key} has no clips of {', '.join(absent)}"] if absent else []
    return faults


def refuse(name: str, faults: Sequence[str]) -> None:
    """Raise a `ProtocolError` of all faults, if there are any."""
    if faults:
        raise ProtocolError(
            f"{name}: {'; '.join(faults)}. Give each label a class in [labels.CORPUS] or a reason in [refused.CORPUS]"
        )
