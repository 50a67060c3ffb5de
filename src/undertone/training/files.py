"""Files that appear whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Give a path beside ``path`` to write to; it takes its place when the block ends without an error.

    The suffix is kept, because Keras and NumPy choose a format by it. The name is always the same, so that what a
    killed run leaves is overwritten by the next.
    """
    draft = path.with_name(f".{path.stem}.partial{path.suffix}")
    try:
        yield draft
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
