"""Corpora whose file names carry everything: the common part of EMO-DB, TESS, RAVDESS and those in `published`.

Folder names are not looked at, so any layout works: the official one, all clips in one folder, or one folder a label.
The one exception is a corpus whose official folders say who speaks (``with_folder``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from undertone.corpora.content import sha256
from undertone.corpora.importer import Importer
from undertone.corpora.sound_files import listed, need_sound_files, sound_files
from undertone.errors import CorpusError
from undertone.types import Utterance


@dataclass(frozen=True)
class Code:
    """What a file name says. ``label`` is None for a recording that is no speech with an emotion (a song)."""

    speaker: str
    label: str | None
    sex: str | None = None
    sentence: str | None = None
    intensity: str | None = None
    take: str | None = None


def coded_importer(
    kind: str,
    parse: Callable[[str], Code | None],
    *,
    title: str,
    pattern: str,
    licence: str,
    credit: str,
    source: str,
    with_folder: bool = False,
) -> Importer:
    """Make the importer of a corpus whose file names are a code.

    Parameters
    ----------
    kind : str
        Name of the corpus.
    parse : callable (stem) -> Code or None
        Read a file name without its ending; None if it does not follow the code.
    title, licence, credit, source : str
        See `Importer`.
    pattern : str
        The code in a form that an error can show.
    with_folder : bool
        A name that does not follow the code is read once more with its folder in front: ``DC/a01`` as ``DC_a01``.
    """

    def spelled(file: Path) -> str:
        short = with_folder and parse(file.stem) is None
        return f"{file.parent.name}_{file.stem}" if short else file.stem

    def fits(path: Path) -> float:
        files = sound_files(path) if path.is_dir() else ()
        return sum(parse(spelled(file)) is not None for file in files) / len(files) if files else 0.0

    def read(path: Path, name: str) -> tuple[Utterance, ...]:
        files = need_sound_files(path)
        codes = {file: parse(spelled(file)) for file in files}
        _refuse_strangers([file for file in files if codes[file] is None], len(files), path, kind, pattern)
        speech = [file for file in files if (code := codes[file]) and code.label is not None]
        return tuple(_utterance(file, name, codes[file]) for file in _without_copies(speech, path, spelled))

    return Importer(kind, title, fits, read, licence, credit, source)


def _utterance(file: Path, name: str, code: Code | None) -> Utterance:
    assert code is not None and code.label is not None, file
    return Utterance(file, name, code.speaker, code.label, code.sex, code.sentence, code.intensity, code.take)


def _refuse_strangers(strangers: list[Path], total: int, root: Path, kind: str, pattern: str) -> None:
    if strangers:
        names = listed([repr(file.relative_to(root).as_posix()) for file in strangers])
        raise CorpusError(
            f"{kind}: {len(strangers)} of {total} file names in {str(root)!r} do not follow its code: {names}; "
            f"expected {pattern}; move them elsewhere, or import with --kind folder or a CSV table"
        )


def _without_copies(files: list[Path], root: Path, spelled: Callable[[Path], str]) -> list[Path]:
    """Keep the first of recordings with one name: well-known re-uploads hold the whole corpus twice, one level down."""
    first: dict[str, Path] = {}
    for file in files:
        twin = first.setdefault(spelled(file), file)
        if twin is not file and sha256(twin) != sha256(file):
            raise CorpusError(
                f"{str(root)!r}: {twin.relative_to(root).as_posix()!r} and {file.relative_to(root).as_posix()!r} "
                "have one name but differ in content; a name stands for one recording: keep the right one"
            )
    return list(first.values())
