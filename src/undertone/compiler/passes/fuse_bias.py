"""An Add of one constant a column moves into the convolution or matrix product before it, as its bias."""

from __future__ import annotations

from undertone.compiler.graph import Array, Graph, Node
from undertone.compiler.passes.pairs import fuse_pairs, vector

PRODUCTS = ("Conv", "MatMul")


def plain(graph: Graph, node: Node) -> bool:
    """Say whether a node is a product whose C takes a bias and more, and that nothing but a bias is fused into yet."""
    return fusible(graph, node) and len(node.inputs) <= 3 and not node.attributes.keys() & {"low", "high", "pool"}


def fusible(graph: Graph, node: Node) -> bool:
    """Say whether a node is a product by a constant float matrix with its columns last."""
    if node.op == "MatMul":
        right = graph.constants.get(node.inputs[1])
        return right is not None and right.ndim == 2 and graph.tensors[node.inputs[0]].dtype == "float32"
    return node.op == "Conv" and node.get("layout") == "last" and node.inputs[1] in graph.constants


def fuse_bias(graph: Graph) -> Graph:
    """Return the graph with such additions fused."""
    return fuse_pairs(graph, _rule)


def _rule(graph: Graph, first: Node, second: Node) -> tuple[Node, dict[str, Array]] | None:
    if second.op != "Add" or not plain(graph, first):
        return None
    addend = vector(graph, second, first.outputs[0], graph.tensors[first.outputs[0]].shape[-1])
    if addend is None:
        return None
    bias = graph.constants[first.inputs[2]] + addend if len(first.inputs) == 3 and first.inputs[2] else addend
    name = f"{first.name}_bias"
    return first.replace(inputs=(*first.inputs[:2], name)), {name: bias}
