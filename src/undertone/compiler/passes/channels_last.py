"""What looks along time or space gets its channels last, between two Transposes; other passes remove those."""

from __future__ import annotations

import numpy as np

from undertone.compiler.graph import Array, Graph, Node, Tensor, fresh

LAID_OUT = ("AveragePool", "BatchNormalization", "Conv", "GlobalAveragePool", "GlobalMaxPool", "MaxPool")


def put_channels_last(graph: Graph) -> Graph:
    """Return the graph with ``layout="last"`` on all that has a layout."""
    tensors, constants = dict(graph.tensors), dict(graph.constants)
    nodes: list[Node] = []
    for node in graph.nodes:
        rank = len(tensors[node.inputs[0]].shape)
        counts_places = node.op == "MaxPool" and len(node.outputs) > 1
        if node.op not in LAID_OUT or node.get("layout") == "last" or rank < 3 or counts_places:
            nodes.append(node)
            continue
        x, y = node.inputs[0], node.outputs[0]
        back, forth = (0, *range(2, rank), 1), (0, rank - 1, *range(1, rank - 1))
        first, last = fresh(f"{x}_last", tensors), fresh(f"{y}_last", {*tensors, f"{x}_last"})
        tensors[first] = _moved(tensors[x], back)
        tensors[last] = _moved(tensors[y], back)
        others = list(node.inputs[1:])
        if node.op == "Conv":
            others[0] = _kernel(others[0], tensors, constants, nodes)
        nodes.append(Node("Transpose", (x,), (first,), {"perm": back}, first))
        nodes.append(node.set(layout="last").replace(inputs=(first, *others), outputs=(last, *node.outputs[1:])))
        nodes.append(Node("Transpose", (last,), (y,), {"perm": forth}, f"{node.name}_first"))
    return graph.replace(nodes=tuple(nodes), tensors=tensors, constants=constants)


def _moved(tensor: Tensor, perm: tuple[int, ...]) -> Tensor:
    return Tensor(tuple(tensor.shape[axis] for axis in perm), tensor.dtype)


def _kernel(name: str, tensors: dict[str, Tensor], constants: dict[str, Array], nodes: list[Node]) -> str:
    """(channels out, channels in, *kernel) -> (*kernel, channels in, channels out)."""
    turned = fresh(f"{name}_last", tensors)
    if name not in constants:
        perm = (*range(2, len(tensors[name].shape)), 1, 0)
        tensors[turned] = _moved(tensors[name], perm)
        nodes.append(Node("Transpose", (name,), (turned,), {"perm": perm}, turned))
        return turned
    constants[turned] = np.ascontiguousarray(np.moveaxis(constants[name], (0, 1), (-1, -2)))
    tensors[turned] = Tensor.of(constants[turned])
    return turned
