"""Transposes are pushed towards the outputs until two meet and cancel, or one moves nothing and becomes a Reshape.

Where several nodes read a Transpose, pushing it past one leaves it there for the others. That pays where they meet
again (a residual block) and costs where they do not; both ways are tried, and the one that moves fewer bytes is taken.
"""

from __future__ import annotations

from undertone.compiler.graph import Graph, Node, Tensor, fresh
from undertone.compiler.operators.transpose import order
from undertone.compiler.passes.dead_code import drop_dead_code
from undertone.compiler.passes.identities import drop_identities
from undertone.compiler.passes.turning import Turned, moves, turn_around


def remove_transposes(graph: Graph) -> Graph:
    """Return the graph with as few Transposes as pushing them on leaves."""
    return min((_pushed(graph, alone=alone) for alone in (True, False)), key=_moved_bytes)


def _pushed(graph: Graph, *, alone: bool) -> Graph:
    """Push every Transpose as far as it goes; ``alone``: only past nodes that alone read it."""
    done = False
    while not done:
        graph, done = _push_one(graph, alone)
        graph = drop_dead_code(graph)
    return drop_dead_code(drop_identities(_once(_reshaped(graph))))


def _push_one(graph: Graph, alone: bool) -> tuple[Graph, bool]:
    """Return the graph after one push, and whether none was found."""
    for i, turn in enumerate(graph.nodes):
        if turn.op != "Transpose":
            continue
        readers = graph.consumers(turn.outputs[0])
        if alone and (len(readers) != 1 or turn.outputs[0] in graph.outputs):
            continue
        for after in readers:
            if after.op == "Transpose":
                return _met(graph, turn, after), False
            turned = turn_around(graph, turn, after)
            if turned is not None:
                return _swapped(graph, i, after, turned), False
    return graph, True


def _met(graph: Graph, first: Node, second: Node) -> Graph:
    """Two Transposes in a row are one."""
    rank = len(graph.tensors[first.inputs[0]].shape)
    one, two = order(first, rank), order(second, rank)
    joined = second.set(perm=tuple(one[axis] for axis in two)).replace(inputs=first.inputs)
    return graph.replace(nodes=tuple(joined if n is second else n for n in graph.nodes))


def _swapped(graph: Graph, i: int, after: Node, turned: Turned) -> Graph:
    """Put the node before the Transpose."""
    tensors = {**graph.tensors, **turned.tensors}
    out = tensors[after.outputs[0]]
    shape = [0] * len(out.shape)
    for to, axis in enumerate(turned.perm):
        shape[axis] = out.shape[to]
    middle = fresh(f"{after.outputs[0]}_turned", tensors)
    tensors[middle] = Tensor(tuple(shape), out.dtype)
    turn = graph.nodes[i].set(perm=turned.perm).replace(inputs=(middle,), outputs=after.outputs, name=middle)
    new = (*turned.extra, turned.node.replace(outputs=(middle,)), turn)
    nodes = [m for n in graph.nodes for m in (new if n is after else (n,))]
    return graph.replace(nodes=tuple(nodes), tensors=tensors, constants={**graph.constants, **turned.constants})


def _reshaped(graph: Graph) -> Graph:
    """A Transpose that moves only axes of one step is a Reshape."""
    nodes = []
    for node in graph.nodes:
        if node.op == "Transpose" and not moves(graph, node):
            node = node.replace(op="Reshape", attributes={"shape": graph.tensors[node.outputs[0]].shape})
        nodes.append(node)
    return graph.replace(nodes=tuple(nodes))


def _once(graph: Graph) -> Graph:
    """Transposes that give the same are one; an output of the graph keeps its own."""
    first: dict[tuple[str, tuple[int, ...]], str] = {}
    same: dict[str, str] = {}
    nodes = []
    for node in graph.nodes:
        node = node.replace(inputs=tuple(same.get(n, n) for n in node.inputs))
        nodes.append(node)
        if node.op == "Transpose" and node.outputs[0] not in graph.outputs:
            key = (node.inputs[0], order(node, len(graph.tensors[node.inputs[0]].shape)))
            if first.setdefault(key, node.outputs[0]) != node.outputs[0]:
                same[node.outputs[0]] = first[key]
    return graph.replace(nodes=tuple(nodes))


def _moved_bytes(graph: Graph) -> int:
    return sum(graph.tensors[n.outputs[0]].nbytes for n in graph.nodes if n.op == "Transpose")
