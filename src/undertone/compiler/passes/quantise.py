"""Post-training quantisation: a network of float32 to integers, as far as its operators have such a form.

One walk over the nodes in their order. Beside each node's float values on the calibration rows stand those of the
quantised graph so far: ranges come from the first, the correction of a product's bias from the difference of both.
What has no form in integers stays in float32, an island between DequantizeLinear and QuantizeLinear.
"""

from __future__ import annotations

import numpy as np

from undertone.compiler.graph import Array, Graph, Node
from undertone.compiler.passes import optimise
from undertone.compiler.passes.dead_code import drop_dead_code
from undertone.compiler.passes.quantise_forms import FORMS, MOVERS
from undertone.compiler.passes.quantise_walk import Walk
from undertone.compiler.spec import check
from undertone.errors import ModelError

LEAST_ROWS = 4
BRIDGES = ("QuantizeLinear", "DequantizeLinear")


def quantise(graph: Graph, rows: Array, *, copies: int = 4) -> Graph:
    """Quantise a network after training.

    Parameters
    ----------
    graph : Graph
        One input and one output, float32.
    rows : ndarray of float32, shape (n, ...)
        Inputs such as the network will meet, each of the input's size; 100 or more are wise. They decide the ranges.
    copies : int
        As how many bytes a convolution reads an input of one channel: with 4, two bits finer.

    Returns
    -------
    Graph
        Bytes between its nodes, weights of 8 bits with one step a channel, sums of 32 bits; float32 in and out.

    Raises
    ------
    ModelError
        Several inputs or outputs, or rows that do not fit or are not finite.
    """
    graph = optimise(graph)
    walk = Walk(graph, _checked(graph, rows), FORMS, copies)
    for i, node in enumerate(graph.nodes):
        walk.advance(node)
        form = FORMS.get(node.op)
        if not (form and form(walk, node)):
            walk.add(node.replace(inputs=tuple(walk.float(n) if n else n for n in node.inputs)))
        later = {name for n in graph.nodes[i + 1 :] for name in n.inputs} | {*graph.inputs, *graph.outputs}
        walk.forget(later | {walk.bytes_of[n] for n in later if n in walk.bytes_of} | set(graph.constants))
    for name in graph.outputs:
        walk.float(name)
    made = graph.replace(nodes=tuple(walk.nodes), tensors=walk.tensors, constants=walk.constants)
    return check(drop_dead_code(made), after="quantise")


def in_integers(graph: Graph) -> bool:
    """Whether a network has been quantised already."""
    return any(node.op in BRIDGES for node in graph.nodes)


def islands(graph: Graph) -> tuple[Node, ...]:
    """Return the nodes of a quantised graph that compute in float32; what only moves values is none."""
    still = (*BRIDGES, *MOVERS)
    return tuple(n for n in graph.nodes if n.op not in still and graph.tensors[n.outputs[0]].dtype == "float32")


def _checked(graph: Graph, rows: Array) -> list[Array]:
    tensors = [graph.tensors[n] for n in (*graph.inputs, *graph.outputs)]
    if len(tensors) != 2 or any(t.dtype != "float32" for t in tensors):
        raise ModelError(f"graph {graph.name!r}: a network of one float32 input and one float32 output is quantised")
    shape = tensors[0].shape
    if rows.ndim < 1 or len(rows) < LEAST_ROWS or rows[0].size != tensors[0].size:
        raise ModelError(
            f"graph {graph.name!r}: calibration rows of shape {rows.shape} came; accepted: at least {LEAST_ROWS} rows "
            f"of {tensors[0].size} numbers ({tensors[0]})"
        )
    if not np.isfinite(rows).all():
        raise ModelError(f"graph {graph.name!r}: the calibration rows have values that are not finite")
    return [np.ascontiguousarray(row, np.float32).reshape(shape) for row in rows]
