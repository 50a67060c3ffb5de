"""Taps of a convolution that meet nothing but padding are cut off.

Late layers of a deep network see few places: of a kernel of eight over two places, five taps only ever multiply zeros.
"""

from __future__ import annotations

import numpy as np

from undertone.compiler.graph import Array, Graph, Node, Tensor, fresh
from undertone.compiler.operators.conv import geometry
from undertone.compiler.operators.windows import Windows


def trim_kernels(graph: Graph) -> Graph:
    """Return the graph with such taps gone, from constant kernels with channels last; outputs stay as they are."""
    tensors, constants = dict(graph.tensors), dict(graph.constants)
    nodes = [_trimmed(graph, node, tensors, constants) for node in graph.nodes]
    return graph.replace(nodes=tuple(nodes), tensors=tensors, constants=constants)


def _trimmed(graph: Graph, node: Node, tensors: dict[str, Tensor], constants: dict[str, Array]) -> Node:
    if node.op != "Conv" or node.get("layout") != "last" or node.inputs[1] not in graph.constants:
        return node
    kernel = graph.constants[node.inputs[1]]
    w = geometry(node, graph.tensors[node.inputs[0]], Tensor.of(kernel))
    cuts = [_cuts(w, axis) for axis in range(len(w.size))]
    if not any(map(any, cuts)):
        return node
    name = fresh(f"{node.inputs[1]}_trimmed", tensors)
    kept = tuple(slice(a, n - b) for (a, b), n in zip(cuts, w.kernel, strict=True))
    constants[name] = np.ascontiguousarray(kernel[kept])
    tensors[name] = Tensor.of(constants[name])
    before, after = (
        tuple(p - cut[side] * d for p, cut, d in zip(pads, cuts, w.dilations, strict=True))
        for side, pads in enumerate((w.before, w.after))
    )
    inputs = (node.inputs[0], name, *node.inputs[2:])
    shape = {"kernel_shape": constants[name].shape[:-2]} if "kernel_shape" in node.attributes else {}
    return node.replace(inputs=inputs).set(pads=(*before, *after), **shape)


def _cuts(w: Windows, axis: int) -> tuple[int, int]:
    """Count the taps at both ends of an axis that meet only padding; no more than leave a pad of 0 or more."""
    taps, apart, before, after = w.kernel[axis], w.dilations[axis], w.before[axis], w.after[axis]
    starts = np.arange(w.out[axis]) * w.strides[axis] - before
    places = starts[:, None] + np.arange(taps) * apart
    met = np.flatnonzero(((places >= 0) & (places < w.size[axis])).any(axis=0))
    if not met.size:
        return 0, 0
    return min(int(met[0]), before // apart), min(taps - 1 - int(met[-1]), after // apart)
