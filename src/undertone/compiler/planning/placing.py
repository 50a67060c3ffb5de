"""Blocks of bytes that live for a while, placed in as few bytes as we find.

Finding the fewest is hard; the most that live at once is a bound that no placing goes below. Blocks go, one after the
other, to the lowest offset that is free while they live. A few orders are tried; where none reaches the bound, the
best is bettered by moves of single blocks, drawn with a fixed seed: the same blocks give the same placing.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

ALIGNMENT = 64
MOVES = 1000


@dataclass(frozen=True)
class Block:
    """A stretch of the arena, by a name of its own, and the first and last moment that need it."""

    key: str
    nbytes: int
    first: int
    last: int

    @property
    def moments(self) -> int:
        """For how many moments it lives."""
        return self.last - self.first + 1

    def meets(self, other: Block) -> bool:
        """Say whether both live at some moment."""
        return self.first <= other.last and other.first <= self.last


def aligned(nbytes: int) -> int:
    """Round up to a multiple of 64.

    Examples
    --------
    >>> aligned(65)
    128
    """
    return -(-nbytes // ALIGNMENT) * ALIGNMENT


def bound(blocks: Sequence[Block]) -> int:
    """Return the most bytes that live at once: no placing needs less."""
    return max((sum(b.nbytes for b in blocks if b.first <= at.first <= b.last) for at in blocks), default=0)


def place(blocks: Sequence[Block]) -> tuple[dict[Block, int], int]:
    """Give each block an offset; return the offsets, and the bytes of the whole.

    Examples
    --------
    >>> offsets, size = place([Block("a", 128, 0, 1), Block("b", 64, 1, 2), Block("c", 128, 2, 3)])
    >>> {block.key: offset for block, offset in offsets.items()}, size
    ({'a': 0, 'c': 0, 'b': 128}, 192)
    """
    queue = min((sorted(blocks, key=order) for order in _ORDERS), key=lambda q: _end(_fit(q)))
    best, rng = _fit(queue), random.Random(0)
    least, size = bound(blocks), _end(best)
    for _ in range(MOVES if size > least else 0):
        moved = list(queue)
        moved.insert(int(rng.random() * len(queue)), moved.pop(int(rng.random() * len(queue))))
        offsets = _fit(moved)
        if _end(offsets) <= size:
            queue, best, size = moved, offsets, _end(offsets)
        if size == least:
            break
    return best, size


def _end(offsets: dict[Block, int]) -> int:
    return max((offset + block.nbytes for block, offset in offsets.items()), default=0)


_ORDERS: tuple[Callable[[Block], Any], ...] = (
    lambda b: (-b.nbytes, b.first, b.key),
    lambda b: (-b.nbytes * b.moments, b.first, b.key),
    lambda b: (-b.moments, -b.nbytes, b.first, b.key),
    lambda b: (b.first, -b.nbytes, b.key),
    lambda b: (-b.last, -b.nbytes, b.key),
)


def _fit(blocks: Sequence[Block]) -> dict[Block, int]:
    """Place blocks in their order, each at the lowest offset where it meets none of those before it."""
    offsets: dict[Block, int] = {}
    for block in blocks:
        offset = 0
        for other in sorted((b for b in offsets if b.meets(block)), key=lambda b: offsets[b]):
            if offset + block.nbytes <= offsets[other]:
                break
            offset = max(offset, offsets[other] + other.nbytes)
        offsets[block] = offset
    return offsets
