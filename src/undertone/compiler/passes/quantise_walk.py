"""The quantised graph while it is made, beside the float graph that it is made from, both with their values."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from undertone.compiler.graph import Array, Graph, Node, Tensor, fresh
from undertone.compiler.operators import infer
from undertone.compiler.operators.operator import lookup
from undertone.compiler.passes.quantise_ranges import Steps, steps_of

Values = list[Array]  # of one tensor, one array a calibration row


class Walk:
    """The quantised graph as far as it is made, with the values of both graphs.

    Attributes
    ----------
    graph : Graph
        The optimised float graph.
    real : dict of str to list of ndarray
        Values of the float graph's tensors.
    seen : dict of str to list of ndarray
        Values of the quantised graph's tensors.
    steps : dict of str to Steps
        Of each tensor of bytes.
    bytes_of : dict of str to str
        The tensor of bytes that stands for a float tensor.
    light : collection of str
        Operators that take bytes as they come.
    copies : int
        As how many bytes a convolution reads the network's input.
    """

    def __init__(self, graph: Graph, rows: Sequence[Array], light: Collection[str], copies: int) -> None:
        self.light, self.copies = light, copies
        self.graph = graph
        (name,) = graph.inputs
        self.real: dict[str, Values] = {n: [a] * len(rows) for n, a in graph.constants.items()}
        self.real[name] = list(rows)
        self.seen: dict[str, Values] = {name: list(rows)}
        self.steps: dict[str, Steps] = {}
        self.bytes_of: dict[str, str] = {}
        self.nodes: list[Node] = []
        self.constants: dict[str, Array] = {}
        self.tensors: dict[str, Tensor] = {name: graph.tensors[name]}

    def add(self, node: Node, steps: Steps | None = None) -> str:
        """Append a node of one output, run it on the rows, and return its output's name."""
        shown = [self.tensors.get(n) if n else None for n in node.inputs]
        given = infer(node, shown, [self.constants.get(n) for n in node.inputs])
        values = self.values(node)
        for place, (name, tensor) in enumerate(zip(node.outputs, given, strict=False)):
            self.tensors[name], self.seen[name] = tensor, [v[place] for v in values]
        if steps is not None:
            self.steps[node.outputs[0]] = steps
        self.nodes.append(node)
        return node.outputs[0]

    def values(self, node: Node) -> list[list[Array]]:
        """Run a node on the quantised graph's values."""
        compute, count = lookup(node).compute, len(next(iter(self.seen.values())))
        fixed = {n: self.constants[n] for n in node.inputs if n in self.constants}
        return [
            compute(
                node, [fixed.get(n, self.seen[n][i] if n in self.seen else None) if n else None for n in node.inputs]
            )
            for i in range(count)
        ]

    def constant(self, name: str, array: Array) -> str:
        """Keep an array under a new name."""
        name = fresh(name, {*self.tensors, *self.graph.tensors})
        self.constants[name], self.tensors[name] = array, Tensor.of(array)
        return name

    def name(self, name: str) -> str:
        """Return a name that neither graph has."""
        return fresh(name, {*self.tensors, *self.graph.tensors})

    def bytes(self, name: str) -> str:
        """Return the tensor of bytes that stands for a float tensor; quantise it where there is none."""
        if name not in self.bytes_of:
            source = self.constant(name, self.graph.constants[name]) if name in self.graph.constants else name
            self.bytes_of[name] = self.quantised(source, steps_of(self.real[name]))
        return self.bytes_of[name]

    def quantised(self, name: str, steps: Steps) -> str:
        """Add the quantising of a float tensor of the quantised graph by given steps."""
        inputs = (name, *self._affine(name, steps))
        return self.add(Node("QuantizeLinear", inputs, (self.name(f"{name}_bytes"),), {}, f"{name}_quantise"), steps)

    def float(self, name: str) -> str:
        """Return the tensor of float32 in the quantised graph; dequantise where there is none."""
        if name in self.graph.constants:
            if name not in self.constants:
                self.constants[name], self.tensors[name] = self.graph.constants[name], self.graph.tensors[name]
            return name
        if name not in self.tensors:
            made = self.bytes_of[name]
            inputs = (made, *self._affine(name, self.steps[made]))
            self.add(Node("DequantizeLinear", inputs, (name,), {}, f"{name}_dequantise"))
        return name

    def _affine(self, name: str, steps: Steps) -> tuple[str, str]:
        step = self.constant(f"{name}_step", np.array(steps.step, np.float32))
        return step, self.constant(f"{name}_zero", np.array(steps.zero, np.uint8))

    def advance(self, node: Node) -> None:
        """Run a node of the float graph on the rows."""
        compute, count = lookup(node).compute, len(self.real[self.graph.inputs[0]])
        rows = [compute(node, [self.real[n][i] if n else None for n in node.inputs]) for i in range(count)]
        self.real |= {name: [row[k] for row in rows] for k, name in enumerate(node.outputs) if name}

    def forget(self, names: set[str]) -> None:
        """Drop the values of tensors that nothing will read."""
        for values in (self.real, self.seen):
            for name in [n for n in values if n not in names]:
                del values[name]
