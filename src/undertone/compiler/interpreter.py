"""The numpy interpreter: slow, plain, and the judge of every pass and of the emitted C."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from undertone.compiler.graph import Array, Graph
from undertone.compiler.operators.operator import lookup
from undertone.errors import ModelError


def evaluate(graph: Graph, inputs: Mapping[str, Array]) -> dict[str, Array]:
    """Run a graph on all its inputs.

    Parameters
    ----------
    graph : Graph
        A legal one.
    inputs : mapping of str to ndarray
        One array an input of the graph, of its shape and type.

    Returns
    -------
    dict of str to ndarray
        One array an output.
    """
    values: dict[str, Array] = {**graph.constants}
    for name in graph.inputs:
        tensor = graph.tensors[name]
        if name not in inputs or inputs[name].shape != tensor.shape:
            came = inputs[name].shape if name in inputs else "nothing"
            raise ModelError(f"graph {graph.name!r}: input {name!r} must have shape {tensor.shape}; {came} came")
        values[name] = np.asarray(inputs[name], tensor.dtype)
    last = {name: i for i, node in enumerate(graph.nodes) for name in node.inputs}
    for i, node in enumerate(graph.nodes):
        results = lookup(node).compute(node, [values[n] if n else None for n in node.inputs])
        values.update({n: r for n, r in zip(node.outputs, results, strict=False) if n})
        for name in node.inputs:
            if last.get(name) == i and name not in graph.outputs and name not in graph.constants:
                values.pop(name, None)
    return {name: values[name] for name in graph.outputs}


def run(graph: Graph, x: Array) -> Array:
    """Run a graph of one input and one output on a batch.

    Parameters
    ----------
    graph : Graph
        Its input has shape ``(1, ...)``.
    x : ndarray of float32, shape (n, ...)
        The axes after the first as in the graph's input; axes of one step may be missing, and so may n when it is 1.

    Returns
    -------
    ndarray of float32, shape (n, ...)
        The axes after the first as in the graph's output.

    Raises
    ------
    ModelError
        The shape does not fit, or the graph has several inputs or outputs.
    """
    if len(graph.inputs) != 1 or len(graph.outputs) != 1:
        raise ModelError(
            f"graph {graph.name!r} has {len(graph.inputs)} inputs and {len(graph.outputs)} outputs; one of each runs"
        )
    tensor = graph.tensors[graph.inputs[0]]
    x = np.asarray(x, tensor.dtype)
    items = _items(x, tensor.shape)
    if items is None:
        raise ModelError(f"graph {graph.name!r}: input must have shape (n, {str(tensor.shape[1:])[1:]}; {x.shape} came")
    rows = [evaluate(graph, {graph.inputs[0]: one})[graph.outputs[0]] for one in items]
    if not rows:
        out = graph.tensors[graph.outputs[0]].shape
        return np.zeros((0, *out[1:]), np.float32)
    return np.concatenate(rows)


def _items(x: Array, shape: tuple[int, ...]) -> Array | None:
    """Cut a batch into the inputs of one run each, or say None when it does not fit."""
    inside = [n for n in shape if n != 1]
    if [n for n in x.shape if n != 1] == inside:
        return x.reshape(1, *shape)
    if shape[:1] == (1,) and x.ndim and [n for n in x.shape[1:] if n != 1] == inside:
        return x.reshape(len(x), *shape)
    return None
