"""What gives exactly what it reads is passed by: Identity, a Reshape to the same shape, a Transpose that keeps the
order.
"""

from __future__ import annotations

from undertone.compiler.graph import Graph, Node
from undertone.compiler.operators.reshape import VIEWS
from undertone.compiler.operators.transpose import order


def drop_identities(graph: Graph) -> Graph:
    """Return the graph without such nodes, as far as inputs, outputs and constants can keep their names."""
    while True:
        found = next((n for n in graph.nodes if _changes_nothing(graph, n) and _can_go(graph, n)), None)
        if found is None:
            return graph
        graph = _without(graph, found)


def _changes_nothing(graph: Graph, node: Node) -> bool:
    if node.op == "Transpose":
        rank = len(graph.tensors[node.inputs[0]].shape)
        return order(node, rank) == tuple(range(rank))
    return node.op in VIEWS and graph.tensors[node.inputs[0]] == graph.tensors[node.outputs[0]]


def _can_go(graph: Graph, node: Node) -> bool:
    """An output keeps its name; then what it reads must be able to take that name."""
    return node.outputs[0] not in graph.outputs or (
        graph.producer(node.inputs[0]) is not None and node.inputs[0] not in graph.outputs
    )


def _without(graph: Graph, node: Node) -> Graph:
    kept, gone = node.inputs[0], node.outputs[0]
    if gone in graph.outputs:
        kept, gone = gone, kept
    nodes = tuple(
        n.replace(
            inputs=tuple(kept if name == gone else name for name in n.inputs),
            outputs=tuple(kept if name == gone else name for name in n.outputs),
        )
        for n in graph.nodes
        if n is not node
    )
    return graph.replace(nodes=nodes, tensors={n: t for n, t in graph.tensors.items() if n != gone})
