"""The law of graphs, in code: `check` says what is wrong with one, or nothing.

1. Every name is given once: by an input, a constant or one node.
2. A node reads only what is given before it: no cycles, nothing dangling. Outputs are given.
3. Every name has a `Tensor`, of a known type, with whole, non-negative steps; constants and their tensors agree.
4. Every node is of a known operator, with as many inputs as it takes, and its outputs have the shapes that its rule
   gives.
"""

from __future__ import annotations

from collections.abc import Iterator

from undertone.compiler.graph import DTYPES, Graph, Node, Tensor
from undertone.compiler.operators import infer
from undertone.errors import ModelError


def check(graph: Graph, *, after: str = "import") -> Graph:
    """Return a legal graph as it is.

    Parameters
    ----------
    graph : Graph
        To be judged.
    after : str
        What made it; the error names it.

    Raises
    ------
    ModelError
        The law is broken; the message says where.
    """
    fault = next(_faults(graph), None) if graph.nodes or graph.outputs else "it has neither nodes nor outputs"
    if fault:
        raise ModelError(f"graph {graph.name!r} after {after}: {fault}")
    return graph


def _faults(graph: Graph) -> Iterator[str]:
    given: set[str] = set()
    for name in (*graph.inputs, *graph.constants):
        yield from _new(name, given)
    for name, array in graph.constants.items():
        if graph.tensors.get(name) != Tensor.of(array):
            yield f"constant {name!r} is {Tensor.of(array)}, its tensor says {graph.tensors.get(name)}"
    for node in graph.nodes:
        for name in node.inputs:
            if name and name not in given:
                yield f"{node} reads {name!r}, which nothing before it gives"
        for name in node.outputs:
            if name:
                yield from _new(name, given)
        yield from _shapes(graph, node)
    for name in graph.outputs:
        if name not in given:
            yield f"output {name!r} is not given by anything"
    for name in given:
        yield from _tensor(graph, name)


def _new(name: str, given: set[str]) -> Iterator[str]:
    if name in given or not name:
        yield f"the name {name!r} is given twice" if name else "something that is given has no name"
    given.add(name)


def _tensor(graph: Graph, name: str) -> Iterator[str]:
    tensor = graph.tensors.get(name)
    if tensor is None:
        yield f"{name!r} has no tensor"
    elif tensor.dtype not in DTYPES:
        yield f"{name!r} is of type {tensor.dtype!r}; known: {', '.join(DTYPES)}"
    elif not all(isinstance(n, int) and n >= 0 for n in tensor.shape):
        yield f"{name!r} has the shape {tensor.shape}"


def _shapes(graph: Graph, node: Node) -> Iterator[str]:
    inputs = [graph.tensors.get(n) if n else None for n in node.inputs]
    found = infer(node, inputs, [graph.constants.get(n) for n in node.inputs])
    for name, tensor in zip(node.outputs, found, strict=False):
        if name and graph.tensors.get(name) != tensor:
            yield f"{node} gives {name!r} as {tensor}, its tensor says {graph.tensors.get(name)}"
