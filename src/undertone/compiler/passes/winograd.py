"""Convolutions that pay for it get the attribute ``tile``: their C computes so many outputs at once, by fewer products.

Winograd's form (`undertone.compiler.operators.winograd`) trades products for two transforms, for weights that are up to
1.75 times as large, and for about twice the rounding error. It is for processors with large caches, not for boards.
"""

from __future__ import annotations

from undertone.compiler.graph import Graph, Node
from undertone.compiler.operators.conv import geometry
from undertone.compiler.operators.winograd_conv import parts

# Outputs at once, and from how many places on: each weight must meet many, or fetching more of them costs what their
# products save. For 2 outputs of 4 taps there are 1.25 times as many weights, for 4 outputs 1.75 times.
TILES = ((4, 64), (2, 16))
CHANNELS = 16  # on both sides: they share the transforms
SAVING = 1.4  # how many times fewer products there must be, unfilled tiles and parts counted


def choose_winograd(graph: Graph) -> Graph:
    """Return the graph with such convolutions marked; for the C alone, the interpreter takes no notice.

    Parameters
    ----------
    graph : Graph
        As `undertone.compiler.optimise` made it.
    """
    return graph.replace(nodes=tuple(n.set(tile=t) if (t := _tile(graph, n)) else n for n in graph.nodes))


def _tile(graph: Graph, node: Node) -> int:
    """Return how many outputs at once pay; 0 when none do."""
    return next((tile for tile, places in TILES if _pays(graph, node, tile, places)), 0)


def _pays(graph: Graph, node: Node, tile: int, least: int) -> bool:
    if node.op != "Conv" or node.get("layout") != "last" or node.inputs[1] not in graph.constants:
        return False
    x, kernel = graph.tensors[node.inputs[0]], graph.tensors[node.inputs[1]]
    w = geometry(node, x, kernel)
    if {*w.strides, *w.dilations, int(node.get("group", 1))} != {1} or min(kernel.shape[-2:]) < CHANNELS:
        return False
    (many, each), tiles = parts(w.kernel[-1]), -(-w.out[-1] // tile)
    if each == 1 or (many > 1 and (each % tile or len(w.size) > 1)):
        return False
    places = w.out[-1] * (w.out[0] if len(w.size) == 2 else 1)
    saving = w.out[-1] * w.kernel[-1] / (tiles * (tile + each - 1) * many)
    return places >= least and saving >= SAVING and x.dtype == "float32"
