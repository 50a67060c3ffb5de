"""A graph of ours for ONNX Runtime: node by node, since the vocabulary is ONNX's.

What has its channels last (Keras's networks) gets the input's axes turned to channels first, and so all the way
through: that is what ONNX Runtime's kernels want, and what an exporter would have written.
"""

from __future__ import annotations

import numpy as np

from undertone.compiler.graph import Graph, Node

# Attributes here that are inputs there.
AS_INPUTS = {
    "Reshape": ("shape",),
    "Slice": ("starts", "ends", "axes"),
    "Squeeze": ("axes",),
    "Unsqueeze": ("axes",),
}
OPSET = 17  # ReduceMean has its axes as an attribute, as here


def to_onnx(graph: Graph) -> bytes:
    """Return an ONNX model; of a network with channels last, its input is (1, channels, time)."""
    from onnx import TensorProto, helper

    writer = _Writer(graph)
    for node in graph.nodes:
        writer.take(node)
    value = helper.make_tensor_value_info
    shapes = [graph.tensors[graph.inputs[0]].shape, graph.tensors[graph.outputs[0]].shape]
    shapes[0] = writer.turned(shapes[0])
    inputs = [value(graph.inputs[0], TensorProto.FLOAT, shapes[0])]
    outputs = [value(graph.outputs[0], TensorProto.FLOAT, shapes[1])]
    made = helper.make_graph(writer.nodes, "net", inputs, outputs, writer.weights)
    return bytes(
        helper.make_model(made, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=9).SerializeToString()
    )


class _Writer:
    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.last = any(n.get("layout") == "last" for n in graph.nodes)
        self.flat = False
        self.weights: list = []
        self.nodes: list = []

    def turned(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        return (shape[0], shape[-1], *shape[1:-1]) if self.last else shape

    def keep(self, name: str, array: np.ndarray) -> str:
        from onnx import numpy_helper

        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def take(self, n: Node) -> None:
        from onnx import helper

        constants = {i: self.graph.constants[i] for i in n.inputs if i in self.graph.constants}
        given = [self.keep(f"{n.name}_{i}", self.constant(n, a)) if (a := constants.get(i)) is not None else i
                 for i in n.inputs]  # fmt: skip
        attributes = {k: v for k, v in n.attributes.items() if k not in (*AS_INPUTS.get(n.op, ()), "layout")}
        if n.op == "Reshape" and self.last and not self.flat:
            self.flat = True
            rank = len(self.graph.tensors[n.inputs[0]].shape)
            self.nodes.append(helper.make_node("Transpose", given, [f"{n.name}_turned"], perm=[0, *range(2, rank), 1]))
            given = [f"{n.name}_turned"]
        for word in AS_INPUTS.get(n.op, ()):
            given.append(self.keep(f"{n.name}_{word}", np.array(n.get(word), np.int64)))
        self.nodes.append(helper.make_node(n.op, given, n.outputs, name=n.name, **attributes))

    def constant(self, n: Node, array: np.ndarray) -> np.ndarray:
        if not self.last or self.flat:
            return array
        if n.op == "Conv":
            return np.moveaxis(array, (-1, -2), (0, 1))
        rank = len(self.graph.tensors[n.outputs[0]].shape)
        return array.reshape(-1, *(1,) * (rank - 2)) if n.op in ("Add", "Mul") else array
