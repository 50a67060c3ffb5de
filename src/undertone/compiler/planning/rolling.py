"""`roll`: which layers run a few rows at a time, so that the arena gets small and the time stays.

Runs of layers that follow each other, each the only reader of the one before and with a reach along time, are
candidates. For each the fewest rows a step are taken whose extra work stays inside an allowance; of all of them the
one that leaves the smallest arena is rolled; then the next, until none helps.

Work is counted in multiplications: a product computes rows in blocks of eight, so fewer are as dear as eight; a byte
that is moved counts as one. On a depthwise network whose steps were given 1 to 7 rows the count foretold the time of
f32 on AVX-512 within 2 %; elsewhere it is a guide.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from undertone.compiler.graph import Graph, Tensor
from undertone.compiler.operators import OPERATORS, Site
from undertone.compiler.operators.reach import Reach
from undertone.compiler.operators.reshape import VIEWS
from undertone.compiler.planning.chain import Chain, chain_of, fault
from undertone.compiler.planning.memory import Plan, chain_sites, least_bytes, plan, site
from undertone.errors import ModelError, UnknownNameError

ALLOWANCE = 0.1
BLOCK = 8
OPTIMIZE = ("speed", "ram")
Part = tuple[int, Reach, Tensor]


def plan_for(graph: Graph, optimize: str) -> Plan:
    """Plan an optimised graph's memory: whole layers for "speed", rolled ones where that is smaller for "ram".

    Raises
    ------
    UnknownNameError
        Another word.
    """
    check_goal(optimize)
    return plan(graph, roll(graph) if optimize == "ram" else ())


def check_goal(optimize: str) -> None:
    """Refuse what is neither "speed" nor "ram"."""
    if optimize not in OPTIMIZE:
        raise UnknownNameError("goal of --optimize", optimize, OPTIMIZE)


def roll(graph: Graph, *, allowance: float = ALLOWANCE) -> tuple[Chain, ...]:
    """Choose what runs through windows.

    Parameters
    ----------
    graph : Graph
        As `undertone.compiler.optimise` made it.
    allowance : float
        How much more work than that of the whole graph all chains together may cause.

    Returns
    -------
    tuple of Chain
        For `undertone.compiler.planning.memory.plan`; empty when nothing makes the arena smaller.
    """
    runs = list(_runs(graph))
    left = allowance * sum(_products(site(graph, n)) for n in graph.nodes if n.op not in VIEWS)
    chains: tuple[Chain, ...] = ()
    best = least_bytes(graph)
    while True:
        tried = [(c, (*chains, c)) for c in _candidates(graph, runs, chains, left)]
        found = min(((least_bytes(graph, after), i) for i, (_, after) in enumerate(tried)), default=None)
        if found is None or found[0] >= best:
            return _needed(graph, chains)
        best, (chain, chains) = found[0], tried[found[1]]
        left -= _extra(graph, chain)
        if said := fault(chain):
            raise ModelError(f"graph {graph.name!r}: a rolled chain is wrong: {said}")


def _needed(graph: Graph, chains: tuple[Chain, ...]) -> tuple[Chain, ...]:
    """Leave out chains without which the arena is as small, the latest first."""
    size = plan(graph, chains).arena_bytes
    for chain in reversed(chains):
        fewer = tuple(c for c in chains if c is not chain)
        if least_bytes(graph, fewer)[0] <= size and plan(graph, fewer).arena_bytes <= size:
            chains = fewer
    return tuple(sorted(chains, key=lambda c: c.first))


def _runs(graph: Graph) -> Iterator[list[Part]]:
    """Yield the longest runs of layers that can be chained."""
    run: list[Part] = []
    for i, node in enumerate(graph.nodes):
        rule = OPERATORS[node.op].reach if node.op not in VIEWS and len(node.outputs) == 1 else None
        reach = rule(site(graph, node)) if rule else None
        follows = (
            run and graph.sole_consumer(node.inputs[0]) is node and graph.nodes[i - 1].outputs[0] == node.inputs[0]
        )
        if run and (not reach or not follows or run[-1][1].gather):
            yield run
            run = []
        if reach and node.inputs[0] not in graph.constants:
            run.append((i, reach, graph.tensors[node.inputs[0]]))
    yield run


def _candidates(graph: Graph, runs: list[list[Part]], chains: tuple[Chain, ...], left: float) -> Iterator[Chain]:
    """Yield for each part of a run that is not rolled yet the chain of the fewest rows that is not too dear."""
    taken = {layer.index for chain in chains for layer in chain.layers}
    for run in runs:
        for a, b in itertools.combinations(range(len(run) + 1), 2):
            parts = run[a:b]
            if len(parts) > 1 and not taken & {index for index, _, _ in parts}:
                index, reach, given = parts[-1]
                output = given if reach.gather else graph.tensors[graph.nodes[index].outputs[0]]
                steps = (chain_of(parts, output, rows) for rows in _sizes(output.shape[1]))
                chain = next((c for c in steps if _extra(graph, c) <= left), None)
                yield from [chain] if chain else []


def _sizes(rows: int) -> list[int]:
    """Return the steps to try, up to half of the rows: all small ones, then each about a quarter larger."""
    sizes = [*range(1, 9)]
    while sizes[-1] < rows:
        sizes.append(sizes[-1] * 5 // 4)
    return [size for size in sizes if 2 * size <= rows]


def _extra(graph: Graph, chain: Chain) -> float:
    """Count the work of a chain beyond that of its layers run whole."""
    total = 0.0
    for (i, where), layer in zip(chain_sites(graph, chain).items(), chain.layers, strict=True):
        runs = chain.given_runs(chain.layers.index(layer))
        row = layer.held.nbytes // layer.window
        moved = (chain.lead + chain.steps) * (layer.window - layer.fresh) * row
        total += runs * _work(where) + moved - _work(site(graph, graph.nodes[i]))
    return total


def _work(where: Site) -> float:
    """Count the work of one call: products in whole blocks, and the bytes that are copied first."""
    shape, pool = where.outputs[0].shape, max(1, int(where.node.get("pool", 0)))
    across = shape[2] if len(shape) == 4 else shape[1] * pool
    blocks = -(-across // BLOCK) * BLOCK / max(across, 1)
    asked = OPERATORS[where.node.op].scratch
    return _products(where) * blocks + (asked(where) if asked else 0)


def _products(where: Site) -> float:
    """Count multiplications: each value of the output by as many weights as belong to one channel."""
    y = where.outputs[0]
    weights = max((c.size for c in where.constants if c is not None), default=0)
    return y.size * max(1, int(where.node.get("pool", 0))) * max(1.0, weights / max(y.shape[-1] if y.shape else 1, 1))
