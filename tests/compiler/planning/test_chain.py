"""Chains, replayed row by row: any layers in a row give every row once, from the rows that they need."""

from __future__ import annotations

import dataclasses

from hypothesis import given
from hypothesis import strategies as st

from undertone.compiler.graph import Node, Tensor
from undertone.compiler.operators.reach import Reach
from undertone.compiler.planning.chain import chain_of, fault

LAYER = st.tuples(st.integers(1, 9), st.integers(1, 4), st.integers(0, 6), st.integers(0, 6))


def chained(size, layers, rows):
    """Build a chain on ``size`` rows; layers are span, stride, padding before and after."""
    parts = []
    for i, (span, stride, before, after) in enumerate(layers):
        parts.append((i, Reach(Node("Relu", ("x",), ("y",)), span, stride, before), Tensor((1, size, 2))))
        size = (size + before + after - span) // stride + 1
        if size < 1:
            return None
    return chain_of(parts, Tensor((1, size, 2)), rows)


@given(st.integers(1, 60), st.lists(LAYER, min_size=1, max_size=5), st.integers(1, 9))
def test_every_row_is_given_once_from_the_rows_that_it_needs(size, layers, rows):
    chain = chained(size, layers, rows)
    assert chain is None or fault(chain) is None


def test_the_replay_finds_what_is_wrong():
    chain = chained(40, [(8, 1, 3, 4), (8, 2, 3, 4)], 2)
    assert fault(chain) is None
    for change in ({"ahead": chain.layers[1].ahead + 1}, {"window": chain.layers[1].window + 1}, {"fresh": 3}):
        layers = (chain.layers[0], dataclasses.replace(chain.layers[1], **change))
        assert fault(dataclasses.replace(chain, layers=layers)) is not None, change


def test_the_articles_first_layers():
    """Eight sums a step, each pooled to one row, need 15 rows: half a kernel before and half after."""
    chain = chained(162, [(8, 1, 3, 4), (15, 8, 3, 4)], 1)
    assert [(layer.window, layer.fresh, layer.ahead) for layer in chain.layers] == [(15, 8, 8), (15, 8, 4)]
    assert (chain.steps, chain.lead, chain.ragged) == (20, 1, False)
