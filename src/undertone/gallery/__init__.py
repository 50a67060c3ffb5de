"""Use cases with their code already written.

Each is a folder with a notebook, its settings (TOML) and a README:

speech-emotion-recognition
    The well-known article's walk on real recordings, from sound to a compiled program, and why its random split lies.

``display`` is what the notebooks show with; ``execute`` runs one again and keeps its outputs.
"""

from __future__ import annotations

from pathlib import Path

from undertone.errors import UnknownNameError

_HERE = Path(__file__).parent
#: The article's network after its full schedule, on EMO-DB: its figures on new voices, and under the tutorials' split.
ON_RECORD = _HERE / "speech_emotion_recognition" / "on_record.json"


def names() -> tuple[str, ...]:
    """List the use cases.

    Examples
    --------
    >>> names()
    ('speech-emotion-recognition',)
    """
    return tuple(sorted(notebook.stem for notebook in _HERE.glob("*/*.ipynb")))


def path(name: str) -> Path:
    """Find the folder of a use case.

    Parameters
    ----------
    name : str
        One of `names`.

    Returns
    -------
    Path
        It holds ``NAME.ipynb``, ``NAME.toml`` and ``README.md``.

    Raises
    ------
    UnknownNameError
        There is no such use case.

    Examples
    --------
    >>> sorted(file.name for file in path("speech-emotion-recognition").glob("*.toml"))
    ['speech-emotion-recognition.toml']
    """
    if name not in names():
        raise UnknownNameError("use case", name, names())
    return _HERE / name.replace("-", "_")


__all__ = ["ON_RECORD", "names", "path"]
