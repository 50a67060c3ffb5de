"""Draw speakers for one side of a split, the same ones on every machine.

The draw orders names by the SHA-256 of seed and name. NumPy's generators would do for one day, but their streams may
change between versions, and a protocol's folds must not.
"""

from __future__ import annotations

import hashlib
import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from undertone.types import Corpus

T = TypeVar("T")
Drawn = tuple[str, ...]
#: How many choices are looked at before the best is taken.
TRIES = 2000


def shuffled(items: Iterable[T], *seed: object) -> list[T]:
    """Put items in an order that depends on the seed and on nothing else (not on the order they came in).

    Examples
    --------
    >>> shuffled(["03", "08", "09"], 7) == shuffled(["09", "08", "03"], 7)
    True
    """
    return sorted(items, key=lambda item: hashlib.sha256(repr((*seed, item)).encode()).digest())


def fifth(count: int) -> int:
    """Say how many of ``count`` are a fifth: rounded, at least one.

    Examples
    --------
    >>> [fifth(n) for n in (1, 2, 9, 10, 24)]
    [1, 1, 2, 2, 5]
    """
    return max(1, math.floor(count / 5 + 0.5))


def draw_speakers(corpus: Corpus, pool: Sequence[str], count: int, *, seed: int) -> tuple[str, ...]:
    """Draw speakers so that those left have every class of the pool, those drawn too, and the sexes balance.

    The wishes count in this order; among equals the seed decides.

    Parameters
    ----------
    corpus : Corpus
        Where the speakers speak.
    pool : sequence of str
        Whom to draw from; more than ``count`` of them.
    count : int
        How many to draw.
    seed : int
        Another seed, another draw.

    Returns
    -------
    tuple of str
        In alphabetical order.
    """
    assert 0 < count < len(pool), (count, pool)
    classes = {speaker: {u.label for u in corpus.utterances if u.speaker == speaker} for speaker in pool}
    men = {u.speaker for u in corpus.utterances if u.sex == "male"}
    wanted = set().union(*classes.values())
    wanted_men = math.floor(count * len(men & set(pool)) / len(pool) + 0.5)

    def cost(drawn: tuple[str, ...]) -> tuple[int, int, int]:
        left = set(pool) - set(drawn)
        lost = len(wanted - set().union(*(classes[s] for s in left)))
        absent = len(wanted - set().union(*(classes[s] for s in drawn)))
        return lost, absent, abs(len(men & set(drawn)) - wanted_men)

    return tuple(sorted(_cheapest(_choices(pool, count, seed), cost)))


def _cheapest(choices: Iterable[Drawn], cost: Callable[[Drawn], tuple[int, int, int]]) -> Drawn:
    """Return the first of the cheapest; one that costs nothing ends the search."""
    best, least = None, None
    for choice in choices:
        price = cost(choice)
        if least is None or price < least:
            best, least = choice, price
        if not any(price):
            break
    assert best is not None
    return best


def _choices(pool: Sequence[str], count: int, seed: int) -> Iterator[tuple[str, ...]]:
    """All choices in a seeded order if they are few, otherwise a seeded sample of them.

    The pool is part of the seed: the folds of one protocol must not all be judged by the same voices.
    """
    names = sorted(pool)
    if math.comb(len(pool), count) <= TRIES:
        yield from shuffled(itertools.combinations(names, count), seed, names)
    else:
        for attempt in range(TRIES):
            yield tuple(shuffled(names, seed, names, attempt)[:count])
