"""Recordings by content: who is byte-equal to whom, and one name for a whole corpus."""

from __future__ import annotations

import functools
import hashlib
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from undertone.errors import CorpusError
from undertone.types import Corpus


def sha256(path: Path) -> str:
    """Hash the bytes of a file; a file that has not changed since the last call is not read again."""
    status = path.stat()
    return _sha256(path, status.st_size, status.st_mtime_ns)


@functools.lru_cache(maxsize=65536)
def _sha256(path: Path, size: int, modified_ns: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def duplicates(paths: Sequence[Path]) -> tuple[tuple[int, ...], ...]:
    """Group the files that are byte-equal.

    Only files of one size can be, so most are never read.

    Parameters
    ----------
    paths : sequence of Path
        Files; one that is missing equals no other.

    Returns
    -------
    tuple of tuple of int
        Indices into ``paths``, groups of two and more, in order of their first member.
    """
    by_size: dict[int, list[int]] = defaultdict(list)
    for index, path in enumerate(paths):
        if path.is_file():
            by_size[path.stat().st_size].append(index)
    by_content: dict[tuple[int, str], list[int]] = defaultdict(list)
    for size, indices in by_size.items():
        if len(indices) > 1:
            for index in indices:
                by_content[size, sha256(paths[index])].append(index)
    return tuple(sorted(tuple(group) for group in by_content.values() if len(group) > 1))


def digest(corpus: Corpus) -> str:
    """Name what a corpus holds: SHA-256 over label, speaker and content of each clip, in order of their keys.

    Where the files lie does not matter; a changed sample, label or speaker does.
    """
    whole = hashlib.sha256()
    for utterance in corpus.utterances:
        line = (utterance.key, utterance.label, utterance.speaker, sha256(utterance.path))
        whole.update(("\t".join(line) + "\n").encode())
    return whole.hexdigest()


def missing(corpus: Corpus) -> tuple[Path, ...]:
    """List the recordings of a corpus that are no longer where they were."""
    return tuple(utterance.path for utterance in corpus.utterances if not utterance.path.is_file())


def need_files(corpus: Corpus) -> None:
    """Raise `CorpusError` if recordings are missing, with their number and the first of them."""
    absent = missing(corpus)
    if absent:
        raise CorpusError(
            f"{corpus.name}: {len(absent)} of {len(corpus)} files are missing (first: {str(absent[0])!r}); "
            "put them back, or import the corpus again with: undertone corpus import PATH"
        )
