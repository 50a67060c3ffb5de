"""Relu, and Clip by constants, right after a convolution or matrix product become bounds on what it writes."""

from __future__ import annotations

from undertone.compiler.graph import Array, Graph, Node
from undertone.compiler.passes.fuse_bias import plain
from undertone.compiler.passes.pairs import fuse_pairs


def fuse_activation(graph: Graph) -> Graph:
    """Return the graph with such activations fused."""
    return fuse_pairs(graph, _rule)


def _rule(graph: Graph, first: Node, second: Node) -> tuple[Node, dict[str, Array]] | None:
    if not plain(graph, first):
        return None
    if second.op == "Relu":
        return first.set(low=0.0), {}
    bounds = [graph.constants.get(name) for name in second.inputs[1:] if name]
    if second.op != "Clip" or any(b is None or b.size != 1 for b in bounds) or second.inputs[0] != first.outputs[0]:
        return None
    names = [key for key, name in zip(("low", "high"), second.inputs[1:], strict=False) if name]
    return first.set(**{k: float(b.flat[0]) for k, b in zip(names, bounds, strict=True) if b is not None}), {}
