"""The clips that `undertone adapt` is given: recordings, folders of them, or a labelled folder or table."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from undertone.audio.read import read
from undertone.corpora import load
from undertone.corpora.importer import UNKNOWN_SPEAKER
from undertone.corpora.sound_files import listed, need_sound_files
from undertone.corpora.table import ENDINGS
from undertone.errors import CorpusError, InputError, UndertoneError
from undertone.types import Clip


@dataclass(frozen=True)
class Enrolment:
    """Clips of one speaker, and what each is, where that is known."""

    clips: tuple[Clip, ...]
    labels: tuple[str, ...] | None = None


def enrol(words: Sequence[str]) -> Enrolment:
    """Read recordings and folders of recordings; how the folders are called does not matter.

    Raises
    ------
    InputError
        A table: it would have labels. Recordings that cannot be used, or that are the same.
    NotFoundError
        Nothing there.
    """
    files: list[Path] = []
    for word in words:
        path = Path(word)
        if path.suffix.lower() in ENDINGS:
            raise InputError(f"{word}: a table of labelled recordings; add --labels, or name the recordings themselves")
        files += need_sound_files(path) if path.is_dir() else [path]
    return Enrolment(_read(files))


def enrol_labelled(words: Sequence[str]) -> Enrolment:
    """Read one folder ``LABEL/clip.wav`` or table as `undertone.corpora.load` does; it holds one speaker.

    Raises
    ------
    CorpusError
        More than one speaker, or what `undertone.corpora.load` cannot read.
    InputError
        Not one folder or table; recordings that cannot be used, or that are the same.
    """
    if len(words) != 1 or (Path(words[0]).exists() and not _may_be_labelled(Path(words[0]))):
        raise InputError(
            f"--labels takes one folder LABEL/clip.wav, or one table with the columns path and label; got "
            f"{len(words)}: {listed(words)}"
        )
    corpus = load(words[0])
    speakers = [speaker for speaker in corpus.speakers if speaker != UNKNOWN_SPEAKER]
    if len(speakers) > 1 or (speakers and UNKNOWN_SPEAKER in corpus.speakers):
        raise CorpusError(
            f"{words[0]}: {len(corpus.speakers)} speakers ({listed(corpus.speakers)}); a personal bundle is made of "
            "the clips of one"
        )
    labels = tuple(utterance.label for utterance in corpus.utterances)
    return Enrolment(_read([utterance.path for utterance in corpus.utterances]), labels)


def _may_be_labelled(path: Path) -> bool:
    return path.is_dir() or path.suffix.lower() in ENDINGS


def _read(files: Sequence[Path]) -> tuple[Clip, ...]:
    """Read all recordings; those that cannot be used are named together."""
    clips, faults, seen = [], [], dict[bytes, Path]()
    for file in files:
        try:
            clip = read(file)
        except UndertoneError as error:
            faults.append(str(error))
            continue
        first = seen.setdefault(hashlib.sha256(clip.samples.tobytes()).digest(), file)
        if first is not file:
            faults.append(f"{file}: the same sound as {first}")
        elif not clip.samples.any():
            faults.append(f"{file}: silent")
        clips.append(clip)
    if len(faults) == 1 and len(files) == 1:
        raise InputError(faults[0])
    if faults:
        more = f"; and {len(faults) - 5} more" if len(faults) > 5 else ""
        raise InputError(f"{len(faults)} of {len(files)} clips cannot be used: {'; '.join(faults[:5])}{more}")
    return tuple(clips)
