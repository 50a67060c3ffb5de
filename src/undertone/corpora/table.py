"""A table that lists recordings: CSV with a header, columns ``path`` and ``label``, and what else is known.

Paths are relative to the table's folder, or absolute. Separators: comma, semicolon or tab (the header decides); UTF-8.
Labels are compared in lower case. An empty cell is "not known". Without a column ``speaker`` all speakers are
``unknown``, and protocols refuse them.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path

from undertone.corpora.importer import IMPORTERS, UNKNOWN_SPEAKER, Importer
from undertone.corpora.sound_files import SUFFIXES, is_sound, listed
from undertone.errors import CorpusError, NotFoundError, nearest
from undertone.types import Utterance

NEEDED = ("path", "label")
OPTIONAL = ("speaker", "sex", "sentence", "intensity", "take")
ENDINGS = (".csv", ".tsv")
#: Short forms of the column ``sex``; other words are kept as they are.
SEXES = {"m": "male", "male": "male", "f": "female", "female": "female"}
#: How many faults an error spells out.
SHOWN = 20

Row = dict[str, str]


def fits(path: Path) -> float:
    """Only a file whose name ends like a table can be one."""
    return 1.0 if path.is_file() and path.suffix.lower() in ENDINGS else 0.0


def read(path: Path, name: str) -> tuple[Utterance, ...]:
    """Read a table of recordings.

    Raises
    ------
    NotFoundError
        No such table.
    CorpusError
        Not text, no rows, columns that are missing or unknown; or rows with a missing file, a file that is not a
        recording, an empty label, or a path that came before: all of them at once, with their line numbers.
    """
    rows = _rows(path)
    faults: list[str] = []
    utterances: list[Utterance] = []
    lines: dict[Path, int] = {}
    for line, row in rows:
        file = path.parent / row["path"]
        fault = _fault(row, file, lines)
        lines.setdefault(file.resolve(), line)
        if fault:
            faults.append(f"line {line}: {fault}")
        else:
            utterances.append(_utterance(file, name, row))
    if faults:
        more = f"\n  and {len(faults) - SHOWN} more" if len(faults) > SHOWN else ""
        raise CorpusError(
            f"{str(path)!r}: {len(faults)} of {len(rows)} rows cannot be used; correct them and import again:\n  "
            + "\n  ".join(faults[:SHOWN])
            + more
        )
    return tuple(utterances)


def _utterance(file: Path, name: str, row: Row) -> Utterance:
    known = {column: row.get(column) or None for column in OPTIONAL}
    speaker = known.pop("speaker") or UNKNOWN_SPEAKER
    known["sex"] = SEXES.get((known["sex"] or "").lower(), known["sex"])
    return Utterance(file, name, speaker, row["label"].lower(), **known)


def _fault(row: Row, file: Path, lines: dict[Path, int]) -> str:
    if "" in row:
        return "more cells than columns; put text that holds the separator in double quotes"
    if not row["path"]:
        return "the path is empty"
    if file.resolve() in lines:
        return f"{row['path']!r} is listed twice (first on line {lines[file.resolve()]})"
    if not is_sound(file):
        return f"{row['path']!r} does not end like a recording ({', '.join(SUFFIXES)})"
    if not file.is_file():
        return f"no file at {str(file)!r}"
    return "" if row["label"] else f"the label of {row['path']!r} is empty"


def _rows(path: Path) -> list[tuple[int, Row]]:
    """Read the non-empty rows with their line numbers; a short row has empty cells, a long one the column ''."""
    text = _text(path)
    separator = max(",;\t", key=text.splitlines()[0].count)
    reader = csv.DictReader(io.StringIO(text), restkey="", restval="", delimiter=separator)
    try:
        reader.fieldnames = [column.strip().lower() for column in reader.fieldnames or ()]
        _check_columns(path, list(reader.fieldnames))
        rows = [(reader.line_num, _stripped(row)) for row in reader]
    except csv.Error as error:
        raise CorpusError(f"{str(path)!r}: line {reader.line_num}: not a CSV table: {error}") from error
    if not rows:
        raise CorpusError(f"{str(path)!r}: the table has a header but no rows; expected one row a recording")
    return rows


def _stripped(row: Mapping[str, object]) -> Row:
    return {column: cell.strip() if isinstance(cell, str) else "surplus" for column, cell in row.items()}


def _check_columns(path: Path, columns: list[str]) -> None:
    accepted = (*NEEDED, *OPTIONAL)
    absent = [column for column in NEEDED if column not in columns]
    strange = [f"{column!r}{nearest(column, accepted)}" for column in columns if column not in accepted]
    double = sorted({column for column in columns if columns.count(column) > 1})
    faults = [f"needed but absent: {', '.join(absent)}"] if absent else []
    faults += [f"unknown: {listed(strange)}"] if strange else []
    faults += [f"given twice: {', '.join(double)}"] if double else []
    if faults:
        raise CorpusError(
            f"{str(path)!r}: columns of the first line: {'; '.join(faults)}; accepted: path,label and any of "
            f"{','.join(OPTIONAL)}; rename or remove the others"
        )


def _text(path: Path) -> str:
    if not path.is_file():
        raise NotFoundError(f"{str(path)!r}: no such table")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise CorpusError(f"{str(path)!r}: not UTF-8 text ({error}); save the table as CSV in UTF-8") from error
    if not text.strip():
        raise CorpusError(f"{str(path)!r}: the table is empty; expected a header path,label and one row a recording")
    return text


IMPORTERS.add("table", Importer("table", "A CSV table: path,label[,speaker,sex,sentence,intensity,take]", fits, read))
