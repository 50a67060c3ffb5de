"""What a BatchNormalization has become moves into the product before it.

Right after a convolution or matrix product, a Mul by one constant a column scales the weights. After an activation
it cannot: there it stays as the product's scale and shift, applied to each value before it is written.
"""

from __future__ import annotations

import numpy as np

from undertone.compiler.graph import Array, Graph, Node
from undertone.compiler.passes.fuse_bias import fusible, plain
from undertone.compiler.passes.pairs import fuse_pairs, vector


def fold_scale(graph: Graph) -> Graph:
    """Return the graph with Mul folded into weights, where no activation lies between."""
    return fuse_pairs(graph, _into_weights)


def fuse_affine(graph: Graph) -> Graph:
    """Return the graph with Mul and Add after an activation fused as scale and shift."""
    return fuse_pairs(graph, _after_activation)


def _factor(graph: Graph, first: Node, second: Node) -> Array | None:
    if second.op not in ("Mul", "Add"):
        return None
    return vector(graph, second, first.outputs[0], graph.tensors[first.outputs[0]].shape[-1])


def _into_weights(graph: Graph, first: Node, second: Node) -> tuple[Node, dict[str, Array]] | None:
    scale = _factor(graph, first, second) if second.op == "Mul" and plain(graph, first) else None
    if scale is None:
        return None
    kernel = graph.constants[first.inputs[1]]
    new = {f"{first.name}_kernel": (kernel.astype(np.float64) * scale).astype(kernel.dtype)}
    names = [f"{first.name}_kernel"]
    if len(first.inputs) > 2 and first.inputs[2]:
        names.append(f"{first.name}_bias")
        bias = graph.constants[first.inputs[2]]
        new[names[-1]] = (bias.astype(np.float64) * scale).astype(bias.dtype)
    return first.replace(inputs=(first.inputs[0], *names)), new


def _after_activation(graph: Graph, first: Node, second: Node) -> tuple[Node, dict[str, Array]] | None:
    if not fusible(graph, first) or first.get("pool") or plain(graph, first):
        return None
    values = _factor(graph, first, second)
    if values is None:
        return None
    bias = first.inputs[2] if len(first.inputs) > 2 else ""
    if len(first.inputs) > 3:
        scale, shift = graph.constants[first.inputs[3]], graph.constants[first.inputs[4]]
    else:
        scale, shift = np.ones_like(values), np.zeros_like(values)
    if second.op == "Mul":
        scale, shift = scale * values, shift * values
    else:
        shift = shift + values
    names = (f"{first.name}_scale", f"{first.name}_shift")
    return first.replace(inputs=(*first.inputs[:2], bias, *names)), dict(zip(names, (scale, shift), strict=True))
