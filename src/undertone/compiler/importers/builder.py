"""A graph while it is being imported: nodes are added in the order in which they run, shapes are known at once."""

from __future__ import annotations

from undertone.compiler.graph import Array, Attribute, Graph, Node, Tensor, fresh
from undertone.compiler.operators import infer
from undertone.compiler.operators.operator import bounded


class GraphBuilder:
    """Collects nodes and constants; every tensor has a shape from the moment it is named.

    Parameters
    ----------
    name : str
        Of the model.
    source : str
        Where it comes from, in words; goes into the emitted C.
    """

    def __init__(self, name: str, source: str) -> None:
        self.name, self.source = name, source
        self.inputs: list[str] = []
        self.nodes: list[Node] = []
        self.tensors: dict[str, Tensor] = {}
        self.constants: dict[str, Array] = {}

    def input(self, name: str, tensor: Tensor) -> str:
        """Add an input of the graph."""
        label = fresh(name, self.tensors)
        self.inputs.append(label)
        self.tensors[label] = bounded(f"input {name!r}", tensor)
        return label

    def constant(self, name: str, array: Array) -> str:
        """Add a constant and return the name that it got."""
        label = fresh(name, self.tensors)
        self.constants[label], self.tensors[label] = array, Tensor.of(array)
        return label

    def add(self, op: str, inputs: list[str], name: str, **attributes: Attribute) -> str:
        """Add a node whose first output is named like it, and return that name; further outputs are numbered."""
        label = fresh(name, self.tensors)
        node = Node(op, tuple(inputs), (label,), attributes, name)
        tensors = [self.tensors[n] if n else None for n in inputs]
        given = infer(node, tensors, [self.constants.get(n) for n in inputs])
        self.tensors[label] = given[0]
        for tensor in given[1:]:
            further = fresh(label, self.tensors)
            self.tensors[further] = tensor
            node = node.replace(outputs=(*node.outputs, further))
        self.nodes.append(node)
        return label

    def shape(self, name: str) -> tuple[int, ...]:
        """Return the shape of a tensor."""
        return self.tensors[name].shape

    def graph(self, outputs: list[str]) -> Graph:
        """Return what has been collected."""
        return Graph(
            self.name, tuple(self.inputs), tuple(outputs), tuple(self.nodes), self.tensors, self.constants, self.source
        )
