"""Shape inference: give every tensor its shape and type, from the inputs on."""

from __future__ import annotations

from undertone.compiler.graph import Graph, Tensor
from undertone.compiler.operators import infer


def infer_shapes(graph: Graph) -> Graph:
    """Return the graph with ``tensors`` for all that its nodes give."""
    tensors = {name: graph.tensors[name] for name in graph.inputs}
    tensors |= {name: Tensor.of(array) for name, array in graph.constants.items()}
    for node in graph.nodes:
        given = infer(
            node, [tensors[n] if n else None for n in node.inputs], [graph.constants.get(n) for n in node.inputs]
        )
        tensors |= {name: tensor for name, tensor in zip(node.outputs, given, strict=False) if name}
    return graph.replace(tensors=tensors)
