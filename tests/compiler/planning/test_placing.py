"""Placing: nothing that lives together overlaps, and no plan is below the bound."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from undertone.compiler.planning.placing import Block, bound, place

LIVES = st.tuples(st.integers(1, 9), st.integers(0, 12), st.integers(0, 6))


@given(st.lists(LIVES, max_size=12))
def test_blocks_that_live_together_lie_apart(lives):
    blocks = [Block(str(i), 64 * n, first, first + more) for i, (n, first, more) in enumerate(lives)]
    offsets, size = place(blocks)
    assert set(offsets) == set(blocks) and size >= bound(blocks)
    for a in blocks:
        assert offsets[a] % 64 == 0 and offsets[a] + a.nbytes <= size
        for b in blocks:
            apart = offsets[a] + a.nbytes <= offsets[b] or offsets[b] + b.nbytes <= offsets[a]
            assert a is b or apart or not a.meets(b)


def test_another_order_helps_where_the_largest_first_fails():
    """Largest first puts c beside a, where e would have to lie."""
    lives = {"a": (1, 4, 7), "b": (1, 2, 5), "c": (4, 5, 7), "d": (2, 3, 4), "e": (3, 2, 3)}
    blocks = [Block(k, 64 * n, first, last) for k, (n, first, last) in lives.items()]
    assert place(blocks)[1] == bound(blocks) == 64 * 6
