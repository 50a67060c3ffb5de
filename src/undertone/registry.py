"""Names with versions ("article.v1") to factories, one registry a kind of thing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

from undertone.errors import UnknownNameError

T = TypeVar("T")


class Registry(Generic[T]):
    """A named collection that answers a wrong name with the nearest right one.

    Examples
    --------
    >>> shapes = Registry("shape")
    >>> shapes.add("square.v1", 4)
    >>> shapes["square.v1"]
    4
    >>> list(shapes)
    ['square.v1']
    """

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._entries: dict[str, T] = {}

    def add(self, name: str, entry: T) -> None:
        """Register an entry; a name is given once."""
        assert name not in self._entries, f"{self.kind} {name!r} is registered twice"
        self._entries[name] = entry

    def register(self, name: str) -> Callable[[T], T]:
        """Return a decorator that registers what it decorates."""

        def keep(entry: T) -> T:
            self.add(name, entry)
            return entry

        return keep

    def __getitem__(self, name: str) -> T:
        if name not in self._entries:
            raise UnknownNameError(self.kind, name, self._entries)
        return self._entries[name]

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._entries))

    def __len__(self) -> int:
        return len(self._entries)
