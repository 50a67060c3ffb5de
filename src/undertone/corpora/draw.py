"""Draw speakers for one side of a split, the same ones on every machine.

The draw orders names by the SHA-256 of seed and name. NumPy's generators would do for one day, but their streams may
change between versions, and a protocol's folds must not.
"""

from __future__ import annotations

import hashlib
import itertools
import math
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from undertone.types import Corpus

T = TypeVar("T")
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
    sex = {u.speaker: u.sex for u in corpus.utterances}
    wanted = set().union(*classes.values())
    share = _male_share(pool, sex)

    def cost(drawn: tuple[str, ...]) -> tuple[int, int, float]:
        left = set(pool) - set(drawn)
        lost = len(wanted - set().union(*(classes[s] for s in left)))
        absent = len(wanted - set().union(*(classes[s] for s in drawn)))
        return lost, absent, abs(_male_share(drawn, sex) - share)

    best = min(_choices(pool, count, seed), key=cost)
    return tuple(sorted(best))


def _male_share(speakers: Sequence[str], sex: dict[str, str | None]) -> float:
    known = [sex[s] for s in speakers if sex[s] is not None]
    return known.count("male") / len(known) if known else 0.5


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
