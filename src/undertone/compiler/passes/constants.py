"""Constant folding: what depends on constants alone is computed now."""

from __future__ import annotations

from undertone.compiler.graph import Graph
from undertone.compiler.operators.operator import lookup


def fold_constants(graph: Graph) -> Graph:
    """Return the graph without nodes whose inputs are all constants; their results are constants."""
    constants = dict(graph.constants)
    nodes = []
    for node in graph.nodes:
        if node.inputs and all(not name or name in constants for name in node.inputs):
            results = lookup(node).compute(node, [constants[n] if n else None for n in node.inputs])
            constants |= {name: array for name, array in zip(node.outputs, results, strict=False) if name}
        else:
            nodes.append(node)
    return graph.replace(nodes=tuple(nodes), constants=constants)
