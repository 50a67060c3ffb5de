"""How an operator runs before a Transpose instead of after it: what it reads then, its axes, the order that is left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from undertone.compiler.graph import Array, Graph, Node, Tensor, fresh
from undertone.compiler.operators.reduce import REDUCTIONS, reduced_axes
from undertone.compiler.operators.transpose import order

UNARY = frozenset(
    """Abs Celu Clip Elu Erf Exp Floor Gelu HardSigmoid HardSwish Identity LeakyRelu Log Mish Neg Reciprocal Relu
    Selu Sigmoid Softplus Softsign Sqrt Swish Tanh ThresholdedRelu""".split()  # noqa: SIM905
)
BROADCAST = ("Add", "Div", "Max", "Min", "Mul", "Pow", "Sub")


@dataclass
class Turned:
    """A node that runs before a Transpose.

    Attributes
    ----------
    node : Node
        With the inputs and attributes that it has there.
    perm : tuple of int
        The Transpose that comes after it.
    extra : list of Node
        Reshapes of further inputs, which come before it.
    tensors, constants : dict
        What is new.
    """

    node: Node
    perm: tuple[int, ...]
    extra: list[Node] = field(default_factory=list)
    tensors: dict[str, Tensor] = field(default_factory=dict)
    constants: dict[str, Array] = field(default_factory=dict)


def turn_around(graph: Graph, turn: Node, after: Node) -> Turned | None:
    """Say how ``after``, which reads the Transpose ``turn``, runs before it; None when it cannot."""
    perm = order(turn, len(graph.tensors[turn.inputs[0]].shape))
    if after.op in UNARY:
        return Turned(after.replace(inputs=(turn.inputs[0], *after.inputs[1:])), perm)
    if after.op in BROADCAST:
        return _inputs_turned(graph, after, perm)
    if after.op == "Concat":
        turned = _inputs_turned(graph, after, perm)
        if turned:
            turned.node = turned.node.set(axis=perm[int(after.get("axis")) % len(perm)])
        return turned
    if after.op in ("Softmax", "LogSoftmax"):
        axis = perm[int(after.get("axis", -1)) % len(perm)]
        return Turned(after.set(axis=axis).replace(inputs=turn.inputs), perm)
    if after.op in REDUCTIONS and len(after.inputs) == 1:
        return _reduction_turned(turn, after, perm)
    return None


def moves(graph: Graph, node: Node) -> bool:
    """Say whether a Transpose moves more than axes of one step."""
    shape = graph.tensors[node.inputs[0]].shape
    return _moves(shape, order(node, len(shape)))


def _moves(shape: Sequence[int], perm: Sequence[int]) -> bool:
    moved = [axis for axis in perm if shape[axis] != 1]
    return moved != sorted(moved)


def _reduction_turned(turn: Node, after: Node, perm: tuple[int, ...]) -> Turned | None:
    axes = reduced_axes(after, len(perm))
    if not axes:
        return None
    node = after.set(axes=tuple(sorted(perm[a] for a in axes))).replace(inputs=turn.inputs)
    if after.get("keepdims", 1):
        return Turned(node, perm)
    kept = [perm[a] for a in range(len(perm)) if a not in axes]
    return Turned(node, tuple(sorted(kept).index(axis) for axis in kept))


def _inputs_turned(graph: Graph, after: Node, perm: tuple[int, ...]) -> Turned | None:
    """Turn back all that the node reads; None when that would move anything."""
    turned = Turned(after, perm)
    names = [_turned_back(graph, name, perm, turned) for name in after.inputs]
    if None in names or len(graph.tensors[after.outputs[0]].shape) != len(perm):
        return None
    turned.node = after.replace(inputs=tuple(n for n in names if n is not None))
    return turned


def _turned_back(graph: Graph, name: str, perm: tuple[int, ...], turned: Turned) -> str | None:
    """Return a tensor that becomes ``name`` by the Transpose, from before it or by a Reshape when it moves nothing."""
    inverse = tuple(int(n) for n in np.argsort(perm))
    shape = graph.tensors[name].shape
    maker = graph.producer(name)
    if maker is not None and maker.op == "Transpose" and order(maker, len(shape)) == perm:
        return maker.inputs[0]
    label = fresh(f"{name}_back", {**graph.tensors, **turned.tensors})
    if name in graph.constants and len(shape) <= len(perm):
        array = graph.constants[name].reshape((1,) * (len(perm) - len(shape)) + shape)
        turned.constants[label] = np.ascontiguousarray(np.transpose(array, inverse))
        turned.tensors[label] = Tensor.of(turned.constants[label])
        return label
    if len(shape) != len(perm) or _moves(shape, inverse):
        return None
    turned.tensors[label] = Tensor(tuple(shape[axis] for axis in inverse), graph.tensors[name].dtype)
    turned.extra.append(Node("Reshape", (name,), (label,), {"shape": turned.tensors[label].shape}, label))
    return label
