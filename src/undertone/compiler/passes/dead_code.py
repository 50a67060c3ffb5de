"""Dead code: what no output depends on is dropped: nodes, constants and tensors."""

from __future__ import annotations

from undertone.compiler.graph import Graph


def drop_dead_code(graph: Graph) -> Graph:
    """Return the graph with only what its outputs need; its inputs stay."""
    needed = set(graph.outputs)
    kept = []
    for node in reversed(graph.nodes):
        if needed.intersection(node.outputs):
            kept.append(node)
            needed.update(node.inputs)
    nodes = tuple(reversed(kept))
    names = needed | set(graph.inputs) | {name for node in nodes for name in node.outputs if name}
    return graph.replace(
        nodes=nodes,
        constants={name: array for name, array in graph.constants.items() if name in needed},
        tensors={name: tensor for name, tensor in graph.tensors.items() if name in names},
    )
