"""Where imported corpora are remembered: one JSON manifest each; the recordings stay where they are.

The manifests lie in ``$UNDERTONE_HOME/corpora``, or in the user's data folder of the system.
"""

from __future__ import annotations

import dataclasses
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from undertone.errors import CorpusError, NotFoundError
from undertone.types import Corpus, Utterance

#: Raised when the form of a manifest changes.
VERSION = 1
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


@dataclass(frozen=True)
class Manifest:
    """An imported corpus, how it was read, where from, and its content's `digest` on that day."""

    corpus: Corpus
    kind: str
    root: Path
    digest: str


def folder() -> Path:
    """Name the folder of the manifests; it need not exist yet."""
    home = os.environ.get("UNDERTONE_HOME")
    if home:
        return Path(home).expanduser() / "corpora"
    import platformdirs

    return Path(platformdirs.user_data_dir("undertone", appauthor=False)) / "corpora"


def check_name(name: str) -> str:
    """Return a corpus's name if it can name a file on every system; raise `CorpusError` otherwise."""
    if not _NAME.fullmatch(name):
        raise CorpusError(
            f"{name!r} cannot name a corpus; accepted: up to 64 of a-z 0-9 . _ - that start with a letter or digit; "
            "choose one with --name"
        )
    return name


def name_from(path: Path) -> str:
    """Make a corpus's name from a folder or table.

    Examples
    --------
    >>> name_from(Path("/home/me/My Voices (2024).csv"))
    'my-voices-2024'
    """
    stem = path.stem if path.is_file() or path.suffix in (".csv", ".tsv") else path.name
    return re.sub(r"[^a-z0-9._]+", "-", stem.lower()).strip("-._")[:64] or "corpus"


def names() -> tuple[str, ...]:
    """List the imported corpora."""
    return tuple(sorted(path.stem for path in folder().glob("*.json")))


def write(manifest: Manifest) -> Path:
    """Remember a corpus; one of the same name is replaced.

    Returns
    -------
    Path
        The manifest.
    """
    path = folder() / f"{check_name(manifest.corpus.name)}.json"
    values = dataclasses.asdict(manifest) | {"version": VERSION}
    text = json.dumps(values, indent=1, ensure_ascii=False, default=str) + "\n"
    draft = path.with_suffix(f".{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)
    except OSError as error:
        if draft.is_file():
            draft.unlink()
        raise CorpusError(
            f"{str(path)!r}: cannot be written ({error.strerror}); set UNDERTONE_HOME to a folder that you may write to"
        ) from error
    return path


def read(name: str) -> Manifest:
    """Recall an imported corpus.

    Raises
    ------
    NotFoundError
        No corpus of this name was imported.
    CorpusError
        The manifest is damaged or of another version.
    """
    path = folder() / f"{name}.json"
    if not path.is_file():
        raise NotFoundError(f"no corpus {name!r} among the imported ones in {str(path.parent)!r}")
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        if values["version"] != VERSION:
            raise ValueError(f"version {values['version']!r}, expected {VERSION}")
        return Manifest(_corpus(values["corpus"]), values["kind"], Path(values["root"]), values["digest"])
    except (ValueError, KeyError, TypeError) as error:
        raise CorpusError(
            f"{str(path)!r}: not a manifest that can be read ({error}); import the corpus again with: "
            "undertone corpus import PATH"
        ) from error


def _corpus(values: dict[str, Any]) -> Corpus:
    utterances = tuple(Utterance(**{**row, "path": Path(row["path"])}) for row in values["utterances"])
    return Corpus(values["name"], utterances, values["licence"], values["credit"])
