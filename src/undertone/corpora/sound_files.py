"""Which files of a folder are recordings."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from undertone.errors import CorpusError, NotFoundError

#: Endings that `undertone.audio` reads.
SUFFIXES = (".wav", ".flac", ".mp3", ".ogg")


def is_sound(path: Path) -> bool:
    """Say whether a file name ends like a recording; hidden files (macOS writes ``._name.wav``) do not count.

    Examples
    --------
    >>> is_sound(Path("03a01Fa.WAV")), is_sound(Path("._03a01Fa.wav"))
    (True, False)
    """
    return path.suffix.lower() in SUFFIXES and not path.name.startswith(".")


def sound_files(root: Path) -> tuple[Path, ...]:
    """List the recordings under a folder, at any depth, sorted by their path below it.

    Folders that are hidden or named ``__MACOSX`` (leftovers of an unpacked archive) are passed over.

    Parameters
    ----------
    root : Path
        A folder.

    Returns
    -------
    tuple of Path
        Below ``root`` as it was given; empty if there are none.
    """
    found = [path for path in root.rglob("*") if is_sound(path) and path.is_file()]
    relative = {path: path.relative_to(root) for path in found}
    kept = [path for path in found if not any(_is_leftover(part) for part in relative[path].parts[:-1])]
    return tuple(sorted(kept, key=lambda path: relative[path].as_posix()))


def need_sound_files(root: Path) -> tuple[Path, ...]:
    """List the recordings under a folder, and say what is wrong if there are none.

    Raises
    ------
    NotFoundError
        Nothing is there.
    CorpusError
        It is not a folder, or no recording is in it.
    """
    if not root.exists():
        raise NotFoundError(f"{str(root)!r}: no such folder; name the folder that holds the recordings")
    if not root.is_dir():
        raise CorpusError(f"{str(root)!r} is a file, expected a folder of recordings (or a table that ends in .csv)")
    files = sound_files(root)
    if not files:
        raise CorpusError(
            f"{str(root)!r}: no recordings in this folder or below it{_endings(root)}; "
            f"accepted endings: {', '.join(SUFFIXES)}"
        )
    return files


def listed(names: Sequence[str], limit: int = 5) -> str:
    """Join the first few names and count the rest, for an error that tells all faults at once.

    Examples
    --------
    >>> listed(["a", "b", "c"], limit=2)
    'a, b and 1 more'
    """
    shown = ", ".join(names[:limit])
    return shown if len(names) <= limit else f"{shown} and {len(names) - limit} more"


def _is_leftover(folder: str) -> bool:
    return folder.startswith(".") or folder == "__MACOSX"


def _endings(root: Path) -> str:
    endings = sorted({path.suffix.lower() or "no ending" for path in root.rglob("*") if path.is_file()})
    return f" (it holds files with: {listed(endings)})" if endings else " (it is empty)"
