"""BatchNormalization becomes a Mul and an Add of constants; where they can go is for other passes to find."""

from __future__ import annotations

from undertone.compiler.graph import Array, Graph, Node, Tensor, fresh
from undertone.compiler.operators.batch_normalization import scale_and_shift


def split_batch_normalization(graph: Graph) -> Graph:
    """Return the graph without BatchNormalization by constants."""
    tensors, constants = dict(graph.tensors), dict(graph.constants)
    nodes: list[Node] = []
    for node in graph.nodes:
        by_constants = all(name in constants for name in node.inputs[1:]) and not node.get("training_mode")
        if node.op != "BatchNormalization" or not by_constants:
            nodes.append(node)
            continue
        x, y = node.inputs[0], node.outputs[0]
        gamma, beta, mean, variance = (graph.constants[name] for name in node.inputs[1:])
        scale, shift = scale_and_shift(node, gamma, beta, mean, variance)
        middle = fresh(f"{node.name}_scaled", tensors)
        tensors[middle] = tensors[x]
        names = []
        for word, value in (("scale", scale), ("shift", shift)):
            names.append(fresh(f"{node.name}_{word}", tensors))
            constants[names[-1]] = _shaped(node, value, len(tensors[x].shape))
            tensors[names[-1]] = Tensor.of(constants[names[-1]])
        nodes.append(Node("Mul", (x, names[0]), (middle,), name=f"{node.name}_scaling"))
        nodes.append(Node("Add", (middle, names[1]), (y,), name=node.name))
    return graph.replace(nodes=tuple(nodes), tensors=tensors, constants=constants)


def _shaped(node: Node, vector: Array, rank: int) -> Array:
    return vector if node.get("layout") == "last" or rank < 3 else vector.reshape(-1, *(1,) * (rank - 2))
