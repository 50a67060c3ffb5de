"""A split of one's own: CSV with a header, columns ``path`` and ``side``.

``path`` is the end of a recording's path, as much of it as names one recording (``wav/03a01Fa.flac``); ``side`` is
train, validation or test. Recordings that are not listed are left out. A split is read as it stands; whether its figure
may be believed is the leak guard's business (`undertone.experiment.guard`).
"""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path, PurePosixPath

from undertone.corpora.sound_files import listed
from undertone.errors import CorpusError, NotFoundError, nearest
from undertone.types import Corpus, Fold

SIDES = ("train", "validation", "test")


def read_split(path: Path, corpus: Corpus) -> Fold:
    """Read a split of a corpus.

    Parameters
    ----------
    path : Path
        The table, UTF-8, separated by commas.
    corpus : Corpus
        Whose recordings it names.

    Raises
    ------
    NotFoundError
        No such table.
    CorpusError
        Not such a table; or rows that name no recording, or several, or no side: all at once, with their lines.
    """
    if not path.is_file():
        raise NotFoundError(f"no split at {str(path)!r}; expected a CSV table with the columns path and side")
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (UnicodeDecodeError, csv.Error) as error:
        raise CorpusError(f"{str(path)!r}: not a CSV table in UTF-8 ({error})") from error
    if not rows or not {"path", "side"} <= set(rows[0]):
        raise CorpusError(f"{str(path)!r}: expected a header with the columns path and side, and rows below it")
    return _fold(path, rows, corpus)


def _fold(path: Path, rows: list[dict[str, str]], corpus: Corpus) -> Fold:
    by_name = defaultdict(list)
    for index, utterance in enumerate(corpus.utterances):
        by_name[utterance.path.name].append(index)
    sides: dict[str, list[int]] = {side: [] for side in SIDES}
    faults, seen = [], set()
    for line, row in enumerate(rows, start=2):
        parts = PurePosixPath((row["path"] or "").replace("\\", "/")).parts
        found = [
            i for i in by_name[parts[-1] if parts else ""] if corpus.utterances[i].path.parts[-len(parts) :] == parts
        ]
        side = (row["side"] or "").strip().lower()
        if side not in SIDES:
            faults.append(f"line {line}: side {row['side']!r}{nearest(side, SIDES)}; accepted: {', '.join(SIDES)}")
        elif len(found) != 1:
            faults.append(f"line {line}: {row['path']!r} names {len(found)} recordings of {corpus.name}; expected 1")
        elif found[0] in seen:
            faults.append(f"line {line}: {row['path']!r} is listed twice")
        else:
            seen.add(found[0])
            sides[side].append(found[0])
    faults += [f"no recording is on the side {side!r}" for side in ("train", "test") if not sides[side] and not faults]
    if faults:
        raise CorpusError(f"{str(path)!r}: {listed(faults)}")
    train, validation, test = (tuple(sorted(sides[side])) for side in SIDES)
    return Fold(path.stem, train, validation, test)
