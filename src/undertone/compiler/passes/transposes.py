"""Transposes are pushed towards the outputs until two meet and cancel, or one moves nothing and becomes a Reshape."""

from __future__ import annotations

import numpy as np

from undertone.compiler.graph import Array, Graph, Node, Tensor, fresh
from undertone.compiler.operators.transpose import order
from undertone.compiler.passes.dead_code import drop_dead_code
from undertone.compiler.passes.identities import drop_identities
from undertone.compiler.passes.pairs import fuse_pairs
from undertone.compiler.passes.shapes import infer_shapes

THROUGH = ("Clip", "Identity", "Relu", "Sigmoid", "Tanh")


def remove_transposes(graph: Graph) -> Graph:
    """Return the graph with as few Transposes as pushing them on leaves."""
    before = -1
    while before != len(graph.nodes):
        before = len(graph.nodes)
        graph = infer_shapes(_push_through(graph))
        graph = infer_shapes(drop_dead_code(fuse_pairs(graph, _meet)))
        graph = drop_identities(graph)
    return _reshaped(graph)


def _meet(graph: Graph, first: Node, second: Node) -> tuple[Node, dict[str, Array]] | None:
    """Two Transposes in a row are one."""
    if first.op != "Transpose" or second.op != "Transpose":
        return None
    rank = len(graph.tensors[first.inputs[0]].shape)
    one, two = order(first, rank), order(second, rank)
    return second.set(perm=tuple(one[axis] for axis in two)).replace(inputs=first.inputs), {}


def _push_through(graph: Graph) -> Graph:
    """Transpose then element-wise becomes element-wise then Transpose, where one node alone reads the Transpose."""
    nodes = list(graph.nodes)
    tensors, constants = dict(graph.tensors), dict(graph.constants)
    for i, node in enumerate(nodes):
        if node.op != "Transpose":
            continue
        readers = [j for j, n in enumerate(nodes) if node.outputs[0] in n.inputs]
        if len(readers) != 1 or node.outputs[0] in graph.outputs:
            continue
        after = nodes[readers[0]]
        inputs = _before(after, node, tensors, constants)
        if inputs is None:
            continue
        middle = fresh(f"{after.outputs[0]}_turned", tensors)
        source = tensors[node.inputs[0]]
        tensors[middle] = Tensor(source.shape, tensors[after.outputs[0]].dtype)
        nodes[readers[0]] = node.replace(inputs=(middle,), outputs=after.outputs)
        nodes[readers[0] : readers[0]] = [after.replace(inputs=inputs, outputs=(middle,))]
        del nodes[i]
        return _push_through(graph.replace(nodes=tuple(nodes), tensors=tensors, constants=constants))
    return graph


def _before(after: Node, turn: Node, tensors: dict[str, Tensor], constants: dict[str, Array]) -> tuple[str, ...] | None:
    """Return the inputs that ``after`` must have to run before the Transpose, or None when it cannot."""
    x = turn.inputs[0]
    if after.op in THROUGH:
        return (x, *after.inputs[1:])
    if after.op not in ("Add", "Div", "Mul", "Sub"):
        return None
    place = after.inputs.index(turn.outputs[0])
    other = constants.get(after.inputs[1 - place])
    rank = len(tensors[x].shape)
    if other is None or tensors[after.outputs[0]].shape != tensors[turn.outputs[0]].shape:
        return None
    inverse = tuple(int(n) for n in np.argsort(order(turn, rank)))
    turned = np.ascontiguousarray(np.transpose(other.reshape((1,) * (rank - other.ndim) + other.shape), inverse))
    name = fresh(f"{after.inputs[1 - place]}_turned", tensors)
    constants[name], tensors[name] = turned, Tensor.of(turned)
    return (x, name) if place == 0 else (name, x)


def _reshaped(graph: Graph) -> Graph:
    """A Transpose that moves only axes of one step is a Reshape."""
    nodes = []
    for node in graph.nodes:
        if node.op == "Transpose":
            shape = graph.tensors[node.inputs[0]].shape
            moved = [axis for axis in order(node, len(shape)) if shape[axis] != 1]
            if moved == sorted(moved):
                node = node.replace(op="Reshape", attributes={"shape": graph.tensors[node.outputs[0]].shape})
        nodes.append(node)
    return graph.replace(nodes=tuple(nodes))
