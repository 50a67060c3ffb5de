"""Recordings sorted into folders: ``label/clip.wav``, ``label/speaker/clip.wav`` or ``speaker/label/clip.wav``.

A folder's name, in lower case, is the label. Where there is a second level of folders, it is taken for the speaker; if
its names are emotions and those of the first level are not, the two change places. Clips with no speaker folder have
the speaker ``unknown``. Nothing better is assumed: if every clip counted as a speaker of its own, a split by speaker
would be a random split in disguise, so the protocols refuse unknown speakers instead.
"""

from __future__ import annotations

from pathlib import Path

from undertone.corpora.importer import IMPORTERS, UNKNOWN_SPEAKER, Importer
from undertone.corpora.sound_files import listed, need_sound_files
from undertone.errors import CorpusError
from undertone.types import Utterance

#: Names by which a folder level is recognised as the one of the labels; they are not mapped to each other.
EMOTIONS = frozenset(
    (
        "anger",
        "angry",
        "annoyed",
        "boredom",
        "bored",
        "calm",
        "contempt",
        "disgust",
        "disgusted",
        "excited",
        "fear",
        "fearful",
        "frustrated",
        "happiness",
        "happy",
        "joy",
        "neutral",
        "pain",
        "pleasant_surprise",
        "relaxed",
        "sad",
        "sadness",
        "surprise",
        "surprised",
        "tired",
    )
)


def fits(path: Path) -> float:
    """Any folder may be meant, but a corpus with coded names is surer."""
    return 0.5 if path.is_dir() else 0.0


def read(path: Path, name: str) -> tuple[Utterance, ...]:
    """Read a folder of labelled folders.

    Raises
    ------
    CorpusError
        No recordings, recordings outside any folder, or deeper than two folders.
    """
    files = need_sound_files(path)
    levels = {file: file.relative_to(path).parts[:-1] for file in files}
    _refuse_depths({file: len(parts) for file, parts in levels.items()}, path)
    swapped = _speaker_first([parts for parts in levels.values() if len(parts) == 2])
    return tuple(_utterance(file, name, levels[file], swapped) for file in files)


def _utterance(file: Path, name: str, parts: tuple[str, ...], swapped: bool) -> Utterance:
    if len(parts) == 1:
        return Utterance(file, name, UNKNOWN_SPEAKER, _label(parts[0]))
    first, second = parts
    label, speaker = (second, first) if swapped else (first, second)
    return Utterance(file, name, speaker, _label(label))


def _label(folder: str) -> str:
    return folder.strip().lower().replace(" ", "_")


def _speaker_first(pairs: list[tuple[str, ...]]) -> bool:
    first = {_label(pair[0]) for pair in pairs}
    second = {_label(pair[1]) for pair in pairs}
    return bool(second & EMOTIONS) and not first & EMOTIONS


def _refuse_depths(depths: dict[Path, int], root: Path) -> None:
    wrong = [repr(file.relative_to(root).as_posix()) for file, depth in depths.items() if depth not in (1, 2)]
    if wrong:
        raise CorpusError(
            f"{str(root)!r}: {len(wrong)} of {len(depths)} recordings do not lie in a label folder: {listed(wrong)}; "
            "expected label/clip.wav or label/speaker/clip.wav; sort them so, or list them in a CSV table"
        )


IMPORTERS.add("folder", Importer("folder", "A folder per label, speakers as folders below", fits, read))
