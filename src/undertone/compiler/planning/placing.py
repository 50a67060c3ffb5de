"""Blocks of bytes that live for a while, placed in as few bytes as we find.

Finding the fewest is hard; the most that live at once is a bound that no placing goes below. Each of a few orders is
tried: a block goes to the lowest offset that is free while it lives. The best is kept; most often it is the bound.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

ALIGNMENT = 64


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
    least = bound(blocks)
    best: tuple[dict[Block, int], int] = {}, 0
    for order in _ORDERS:
        offsets = _fit(sorted(blocks, key=order))
        size = max((offset + block.nbytes for block, offset in offsets.items()), default=0)
        if not best[0] or size < best[1]:
            best = offsets, size
        if size == least:
            break
    return best


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
