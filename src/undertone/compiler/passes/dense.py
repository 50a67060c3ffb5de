"""Gemm becomes MatMul and Add; constants are transposed and scaled now, other values by nodes."""

from __future__ import annotations

import numpy as np

from undertone.compiler.graph import Array, Graph, Node, fresh
from undertone.compiler.passes.shapes import infer_shapes


def lower_gemm(graph: Graph) -> Graph:
    """Return the graph without Gemm."""
    taken, constants = set(graph.tensors), dict(graph.constants)
    nodes: list[Node] = []
    for node in graph.nodes:
        nodes.extend(_lower(graph, node, taken, constants) if node.op == "Gemm" else [node])
    return infer_shapes(graph.replace(nodes=tuple(nodes), constants=constants))


def _lower(graph: Graph, node: Node, taken: set[str], constants: dict[str, Array]) -> list[Node]:
    nodes: list[Node] = []

    def constant(word: str, array: Array) -> str:
        label = fresh(f"{node.name}_{word}", taken)
        taken.add(label)
        constants[label] = array
        return label

    def step(op: str, inputs: tuple[str, ...], word: str, **attributes: tuple[int, ...]) -> str:
        out = fresh(f"{node.name}_{word}", taken)
        taken.add(out)
        nodes.append(Node(op, inputs, (out,), attributes, out))
        return out

    def side(i: int, flag: str, scale: float) -> str:
        array = graph.constants.get(node.inputs[i])
        if array is None:
            return step("Transpose", (node.inputs[i],), "abc"[i], perm=(1, 0)) if node.get(flag, 0) else node.inputs[i]
        turned = np.ascontiguousarray(array.T) if node.get(flag, 0) else array
        return constant("abc"[i], turned if scale == 1 else (turned * scale).astype(array.dtype))

    def scaled(addend: str, beta: float) -> str:
        array = graph.constants.get(addend)
        factor = np.array(beta, graph.tensors[addend].dtype)
        if array is not None:
            return constant("addend", (array * factor).astype(array.dtype))
        return step("Mul", (addend, constant("beta", factor)), "addend")

    alpha, beta = float(node.get("alpha", 1.0)), float(node.get("beta", 1.0))
    inside = alpha if node.inputs[1] in graph.constants else 1.0
    out = step("MatMul", (side(0, "transA", 1.0), side(1, "transB", inside)), "product")
    if alpha != inside:
        dtype = graph.tensors[node.outputs[0]].dtype
        out = step("Mul", (out, constant("alpha", np.array(alpha, dtype))), "scaled")
    if len(node.inputs) > 2 and node.inputs[2] and beta != 0:
        added = node.inputs[2]
        if beta != 1:
            added = scaled(added, beta)
        nodes.append(Node("Add", (out, added), node.outputs, {}, node.name))
    else:
        nodes[-1] = nodes[-1].replace(outputs=node.outputs)
    return nodes
