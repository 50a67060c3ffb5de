"""What each node of a network costs: multiply-adds, weights, working memory, and what it gives."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from undertone.compiler.emission import source
from undertone.compiler.graph import Graph, Node, Tensor
from undertone.compiler.passes import optimise
from undertone.compiler.planning.memory import live_bytes


@dataclass(frozen=True)
class NodeCost:
    """One node.

    Attributes
    ----------
    name, op : str
        In the model's words, and of which operator.
    function : str
        What it is called in the emitted C.
    gives : Tensor
        Its first output.
    macs : int
        Multiply-adds of products with weights or of two tensors; element-wise work is not counted.
    weight_bytes : int
        Of the constants that it reads; what two nodes read counts for the first.
    arena_bytes : int
        Of the arena in use while it runs: what it reads and gives, its scratch, and what waits for later nodes.
    rolled : bool
        Whether it runs a few rows at a time, together with its neighbours.
    """

    name: str
    op: str
    function: str
    gives: Tensor
    macs: int
    weight_bytes: int
    arena_bytes: int
    rolled: bool


def node_costs(graph: Graph, *, optimize: str = "speed") -> tuple[NodeCost, ...]:
    """Account for the nodes that are left after the passes, in the order in which they run.

    Examples
    --------
    >>> from undertone.compiler.importers.builder import GraphBuilder
    >>> builder = GraphBuilder("dense", "an example")
    >>> x, w = builder.input("x", Tensor((1, 8))), builder.constant("w", np.ones((8, 3), np.float32))
    >>> [(c.op, c.macs, c.weight_bytes) for c in node_costs(builder.graph([builder.add("MatMul", [x, w], "y")]))]
    [('MatMul', 24, 96)]
    """
    lean = optimise(graph)
    emission = source.prepare(lean, "network", optimize=optimize)
    live = live_bytes(lean, emission.plan.chains)
    rolled = {layer.index for chain in emission.plan.chains for layer in chain.layers}
    seen: set[str] = set()
    costs = []
    for i, function in emission.functions.items():
        node = lean.nodes[i]
        fresh = dict.fromkeys(n for n in node.inputs if n in lean.constants and n not in seen)
        seen.update(fresh)
        weight_bytes = sum(lean.constants[n].nbytes for n in fresh)
        gives = lean.tensors[node.outputs[0]]
        words = (node.name or node.op, node.op, function, gives)
        costs.append(NodeCost(*words, macs(lean, node), weight_bytes, live[i], i in rolled))
    return tuple(costs)


def macs(graph: Graph, node: Node) -> int:
    """Count a node's multiply-adds.

    A convolution multiplies each kernel once for every output row (a fused pool: for every row that it looks at); a
    transposed one, for every input row; a product, its depth for every output; a recurrence, all its weights a step.
    """
    shapes = [graph.tensors[n] for n in node.inputs if n]
    given = graph.tensors[node.outputs[0]]
    if "ConvTranspose" in node.op:
        return shapes[0].size * _kernel(shapes).size // max(shapes[0].shape[1], 1)
    if "Conv" in node.op:
        channels = given.shape[-1] if node.get("layout") == "last" else given.shape[1]
        return given.size * int(node.get("pool", 1)) * _kernel(shapes).size // max(channels, 1)
    if "MatMul" in node.op or node.op == "Gemm":
        return given.size * shapes[0].shape[-1]
    if node.op in ("LSTM", "GRU", "RNN"):
        steps, batch = shapes[0].shape[:2]
        return int(steps * batch * (shapes[1].size + shapes[2].size))
    return 0


def _kernel(shapes: list[Tensor]) -> Tensor:
    """Return the kernel among the inputs: the largest of the constants' rank."""
    same = [t for t in shapes[1:] if len(t.shape) == len(shapes[0].shape)]
    return max(same, key=lambda t: t.size, default=Tensor((0,)))


def total_macs(costs: tuple[NodeCost, ...]) -> int:
    """Add up."""
    return int(np.sum([c.macs for c in costs], dtype=np.int64))
