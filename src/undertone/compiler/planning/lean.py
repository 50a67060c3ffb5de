"""`choose_lean`: which convolutions go by Winograd's form although memory is short, and how much each does at a time.

Rolled layers could have that form only through windows of few tiles, and would fetch all weights from the third cache
for each: at 2 tiles slower than direct sums. `undertone.compiler.operators.winograd_lean` turns the loops round: first
a group of columns, whose weights the second cache holds, for all tiles; then the next. What it keeps is small, and a
convolution so cheap that it can be computed again for each group (the first one, on features) is never written.

The arena may become a twentieth larger than that of direct rolled layers: the article's network takes 43.8 KB instead
of 42.1, and 0.55 of the time.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from undertone.compiler.graph import Graph, Node
from undertone.compiler.operators import OPERATORS
from undertone.compiler.operators.conv import geometry
from undertone.compiler.operators.conv_pair import pair_of
from undertone.compiler.operators.winograd_conv import parts, tile_of
from undertone.compiler.passes.winograd import choose_winograd
from undertone.compiler.planning.memory import site
from undertone.compiler.planning.rolling import plan_for

# Tiles, channels and columns at a time, the fastest first; fewer tiles wait for their weights.
SIZES = ((20, 128, 128), (10, 64, 64), (10, 32, 64), (10, 16, 64), (8, 32, 64), (10, 32, 32), (10, 16, 32), (8, 16, 32))
LARGER = 1.05  # than the arena of direct layers
AGAIN = 0.1  # of the second convolution's products: what computing the first one for each group may take


def choose_lean(graph: Graph) -> Graph:
    """Return the graph with such convolutions marked, and cheap ones joined with the one that reads them.

    Parameters
    ----------
    graph : Graph
        As `undertone.compiler.optimise` made it.
    """
    allowed = LARGER * plan_for(graph, "ram").arena_bytes
    marked = {n.outputs[0]: tile_of(n) for n in choose_winograd(graph).nodes if tile_of(n)}
    # From the last to the first: a layer that has the form needs no room for zeros beside what the one before gives.
    for name in reversed(marked):
        for form in _forms(graph, name, marked[name]):
            if _alone(form, name) <= allowed and plan_for(form, "ram").arena_bytes <= allowed:
                graph = form
                break
    return graph


def _alone(graph: Graph, name: str) -> int:
    """Return the bytes of what a node reads, gives and keeps meanwhile: no plan needs less."""
    node = graph.producer(name)
    assert node is not None
    scratch, read = OPERATORS[node.op].scratch, node.inputs[0]
    assert scratch is not None
    given = 0 if read in graph.inputs else graph.tensors[read].nbytes
    return scratch(site(graph, node)) + given + (0 if name in graph.outputs else graph.tensors[name].nbytes)


def _forms(graph: Graph, name: str, tile: int) -> Iterator[Graph]:
    """Yield graphs in which the convolution that gives a tensor has the form, the fastest first."""
    node = graph.producer(name)
    assert node is not None
    if len(graph.tensors[node.inputs[0]].shape) != 3:
        return
    pool = max(1, int(node.get("pool", 0)))
    whole = pool // math.gcd(pool, tile)  # tiles that end where a window of the pool does
    first = graph.producer(node.inputs[0])
    for tiles, block, group in SIZES:
        if tiles := tiles // whole * whole:
            lean = node.set(tile=tile, lean=(tiles, block, group))
            if first and graph.sole_consumer(first.outputs[0]) is node and _is_cheap(graph, first, lean, group):
                yield _joined(graph, first, node, lean)
            yield graph.replace(nodes=tuple(lean if n is node else n for n in graph.nodes))


def _is_cheap(graph: Graph, first: Node, second: Node, group: int) -> bool:
    """Say whether a convolution can be computed again for each group of the columns of the one that reads it."""
    if first.op != "Conv" or first.get("layout") != "last" or first.get("pool") or tile_of(first):
        return False
    x, kernel = graph.tensors[first.inputs[0]], graph.tensors[first.inputs[1]]
    if x.shape[0] != 1 or first.inputs[1] not in graph.constants:
        return False
    if {*geometry(first, x, kernel).dilations, int(first.get("group", 1))} != {1}:
        return False
    taps, _, outputs = graph.tensors[second.inputs[1]].shape
    many, each = parts(taps)
    tile = tile_of(second)
    mine = kernel.size // kernel.shape[-1] * -(-outputs // group)
    return mine <= AGAIN * (tile + each - 1) / tile * many * outputs


def _joined(graph: Graph, first: Node, second: Node, lean: Node) -> Graph:
    """Put the node that does the work of both in the place of the second."""
    nodes = tuple(pair_of(first, lean) if n is second else n for n in graph.nodes if n is not first)
    tensors = {name: t for name, t in graph.tensors.items() if name != first.outputs[0]}
    return graph.replace(nodes=nodes, tensors=tensors)
