"""A graph as bytes, the same bytes for the same graph: ``graph.json`` for its form, ``weights.bin`` for its constants.

JSON with sorted keys; constants little-endian, in the order of their names, each from a multiple of 64 bytes on. No
pickle, no framework: what is read is checked against the law of graphs before it is used.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from undertone.compiler.graph import DTYPES, Array, Graph, Node, Tensor
from undertone.compiler.spec import check
from undertone.errors import ModelError

FORMAT = "undertone-graph-1"
ALIGNMENT = 64


def pack(graph: Graph) -> dict[str, bytes]:
    """Turn a graph into named members.

    Returns
    -------
    dict of str to bytes
        ``graph.json`` and ``weights.bin``.
    """
    places, weights = _lay_out(graph.constants)
    form = {
        "format": FORMAT,
        "name": graph.name,
        "source": graph.source,
        "inputs": list(graph.inputs),
        "outputs": list(graph.outputs),
        "nodes": [
            {"op": n.op, "name": n.name, "inputs": n.inputs, "outputs": n.outputs, "attributes": dict(n.attributes)}
            for n in graph.nodes
        ],
        "tensors": {name: [t.dtype, list(t.shape)] for name, t in graph.tensors.items()},
        "constants": places,
    }
    text = json.dumps(form, sort_keys=True, indent=1, ensure_ascii=False) + "\n"
    return {"graph.json": text.encode(), "weights.bin": weights}


def unpack(members: Mapping[str, bytes]) -> Graph:
    """Read what `pack` wrote.

    Raises
    ------
    ModelError
        A member is missing or damaged, or the graph is not legal.
    """
    try:
        form, weights = json.loads(members["graph.json"]), members["weights.bin"]
        if form["format"] != FORMAT:
            raise ModelError(f"graph.json is of format {form['format']!r}; this version reads {FORMAT!r}")
        tensors = {name: Tensor(tuple(shape), str(dtype)) for name, (dtype, shape) in form["tensors"].items()}
        constants = {name: _slice(weights, at, tensors[name]) for name, at in form["constants"].items()}
        graph = Graph(
            str(form["name"]),
            tuple(form["inputs"]),
            tuple(form["outputs"]),
            tuple(_node(n) for n in form["nodes"]),
            tensors,
            constants,
            str(form["source"]),
        )
    except ModelError:
        raise
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ModelError(f"a packed network is damaged: {type(error).__name__}: {error}") from error
    return check(graph, after="unpacking")


def _lay_out(constants: Mapping[str, Array]) -> tuple[dict[str, int], bytes]:
    places: dict[str, int] = {}
    parts: list[bytes] = []
    at = 0
    for name in sorted(constants):
        places[name] = at
        raw = np.ascontiguousarray(constants[name]).astype(constants[name].dtype.newbyteorder("<")).tobytes()
        raw += bytes(-len(raw) % ALIGNMENT)
        parts.append(raw)
        at += len(raw)
    return places, b"".join(parts)


def _slice(weights: bytes, at: int, tensor: Tensor) -> Array:
    if tensor.dtype not in DTYPES or not 0 <= at <= at + tensor.nbytes <= len(weights):
        raise ModelError(f"a packed network is damaged: {tensor} at byte {at} of {len(weights)}")
    array = np.frombuffer(weights, np.dtype(tensor.dtype).newbyteorder("<"), tensor.size, at)
    return array.astype(tensor.dtype).reshape(tensor.shape)


def _node(values: dict[str, Any]) -> Node:
    attributes = {k: tuple(v) if isinstance(v, list) else v for k, v in values["attributes"].items()}
    return Node(str(values["op"]), tuple(values["inputs"]), tuple(values["outputs"]), attributes, str(values["name"]))
