"""How long work tells of itself: a step is opened by its name and reports how much of it is done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

Report = Callable[[int, int, str], None]
Steps = Callable[[str], AbstractContextManager[Report]]


def silent(done: int, total: int, text: str) -> None:
    """Report progress to nobody."""


@contextmanager
def quiet(title: str) -> Iterator[Report]:
    """Open a step that nobody watches."""
    yield silent
