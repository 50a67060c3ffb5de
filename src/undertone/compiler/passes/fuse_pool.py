"""A MaxPool over time whose windows do not overlap is taken from a convolution's sums before they are written.

What the pool drops at the end is then never computed.
"""

from __future__ import annotations

from undertone.compiler.graph import Array, Graph, Node
from undertone.compiler.operators.depthwise import is_depthwise
from undertone.compiler.passes.fuse_bias import fusible
from undertone.compiler.passes.pairs import fuse_pairs


def fuse_pool(graph: Graph) -> Graph:
    """Return the graph with such pools fused."""
    return fuse_pairs(graph, _rule)


def _rule(graph: Graph, first: Node, second: Node) -> tuple[Node, dict[str, Array]] | None:
    if second.op != "MaxPool" or first.op != "Conv" or not fusible(graph, first) or first.get("pool"):
        return None
    if is_depthwise(first, graph.tensors[first.inputs[1]]):
        return None
    window = tuple(second.get("kernel_shape", ()))
    apart = len(window) == 1 and tuple(second.get("strides", (1,))) == window
    simple = (
        not any(second.get("pads", ())) and set(second.get("dilations", (1,))) == {1} and not second.get("ceil_mode")
    )
    if not (apart and simple and second.get("layout") == "last" and graph.tensors[first.outputs[0]].dtype == "float32"):
        return None
    return first.set(pool=int(window[0])), {}
