"""How a pass joins a node with the one that alone reads it."""

from __future__ import annotations

from collections.abc import Callable

from undertone.compiler.graph import Array, Graph, Node, Tensor, fresh

Rule = Callable[[Graph, Node, Node], tuple[Node, dict[str, Array]] | None]


def fuse_pairs(graph: Graph, rule: Rule) -> Graph:
    """Join pairs until the rule finds no more.

    Parameters
    ----------
    graph : Graph
        A legal one.
    rule : callable
        ``(graph, first, second)`` where second alone reads first's only output. It returns the node that does the
        work of both, and new constants by the names that the node gives them; or None. The node's outputs become
        second's.
    """
    while True:
        found = next(((f, s, r) for f, s in _pairs(graph) if (r := rule(graph, f, s)) is not None), None)
        if found is None:
            return graph
        first, second, (joined, constants) = found
        graph = _splice(graph, first, second, joined, constants)


def vector(graph: Graph, node: Node, other: str, channels: int) -> Array | None:
    """Return what a binary node brings beside ``other`` as one constant value a channel, if that is what it is."""
    if len(node.inputs) != 2 or node.inputs[0] == node.inputs[1]:
        return None
    name = node.inputs[1] if node.inputs[0] == other else node.inputs[0]
    constant = graph.constants.get(name)
    if constant is None or graph.tensors[node.outputs[0]] != graph.tensors[other]:
        return None
    if constant.size == 1:
        return constant.reshape(1).repeat(channels)
    fits = constant.size == channels == constant.shape[-1]
    return constant.reshape(channels) if fits else None


def _pairs(graph: Graph) -> list[tuple[Node, Node]]:
    readers: dict[str, list[Node]] = {}
    for node in graph.nodes:
        for name in node.inputs:
            readers.setdefault(name, []).append(node)
    pairs = []
    for node in graph.nodes:
        after = readers.get(node.outputs[0], []) if len(node.outputs) == 1 else []
        if len(after) == 1 and node.outputs[0] not in graph.outputs:
            pairs.append((node, after[0]))
    return pairs


def _splice(graph: Graph, first: Node, second: Node, joined: Node, constants: dict[str, Array]) -> Graph:
    names = {name: fresh(name, graph.tensors) for name in constants}
    node = joined.replace(inputs=tuple(names.get(n, n) for n in joined.inputs), outputs=second.outputs)
    nodes = tuple(node if n is second else n for n in graph.nodes if n is not first)
    arrays = {names[name]: array for name, array in constants.items()}
    tensors = {n: t for n, t in graph.tensors.items() if n != first.outputs[0]}
    tensors |= {name: Tensor.of(array) for name, array in arrays.items()}
    return graph.replace(nodes=nodes, tensors=tensors, constants={**graph.constants, **arrays})
