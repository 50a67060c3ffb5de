"""Put a page or picture on the disk, whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from undertone.errors import InputError


def write(path: Path, text: str) -> Path:
    """Write text as UTF-8; folders are made, an older file is replaced in one step.

    Raises
    ------
    InputError
        The path cannot be written to.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(text, encoding="utf-8", newline="\n")
        draft.replace(path)
    except OSError as error:
        if draft.is_file():
            draft.unlink()
        raise InputError(
            f"{str(path)!r}: cannot be written ({error.strerror or error}); choose a folder that you may write to"
        ) from error
    return path
