"""Which recordings of a corpus are one sound: byte-equal files, and copies in other bytes.

Reading a whole corpus takes seconds, so the answer is kept in the user's cache under the name of the corpus's content.
"""

from __future__ import annotations

import functools
import json
import os
from pathlib import Path

from undertone.corpora.content import digest, duplicates, missing
from undertone.corpora.likeness import near_equal
from undertone.types import Corpus

Groups = tuple[tuple[int, ...], ...]
#: Raised when `undertone.corpora.likeness` finds other copies than before.
VERSION = 1


def twins_of(corpus: Corpus) -> Groups:
    """Group the utterances of a corpus that are copies of one sound.

    Parameters
    ----------
    corpus : Corpus
        Where files are missing, only byte-equal ones are found.

    Returns
    -------
    tuple of tuple of int
        Indices, two and more a group, in order of their first member.
    """
    paths = [utterance.path for utterance in corpus.utterances]
    same = duplicates(paths)
    if missing(corpus):
        return same
    return _joined(same, _near(digest(corpus), tuple(paths)), len(paths))


@functools.lru_cache(maxsize=64)
def _near(content: str, paths: tuple[Path, ...]) -> Groups:
    kept = cache_folder() / f"{content}.{VERSION}.json"
    if kept.is_file():
        groups = json.loads(kept.read_text(encoding="utf-8"))
        return tuple(tuple(group) for group in groups)
    found = near_equal(paths)
    kept.parent.mkdir(parents=True, exist_ok=True)
    partial = kept.with_suffix(f".{os.getpid()}")
    partial.write_text(json.dumps(found), encoding="utf-8")
    partial.replace(kept)
    return found


def cache_folder() -> Path:
    """Return where what is found out about a corpus is kept, under the name of its content."""
    import platformdirs

    return platformdirs.user_cache_path("undertone", appauthor=False) / "twins"


def _joined(first: Groups, second: Groups, count: int) -> Groups:
    """Unite groups that share a member.

    Examples
    --------
    >>> _joined(((0, 1),), ((1, 4), (2, 3)), 5)
    ((0, 1, 4), (2, 3))
    """
    name = list(range(count))
    for group in (*first, *second):
        least = min(name[index] for index in group)
        olds = {name[index] for index in group}
        name = [least if old in olds else old for old in name]
    groups = (tuple(index for index in range(count) if name[index] == least) for least in sorted(set(name)))
    return tuple(group for group in groups if len(group) > 1)
