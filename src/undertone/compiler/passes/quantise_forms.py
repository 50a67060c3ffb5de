"""Which operators have a form in integers: products, and the light ones, which take bytes where bytes come.

A light operator is done in integers when all that it reads at run time was computed in integers; else it stays float.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from undertone.compiler.graph import Array, Attribute, Node
from undertone.compiler.operators.fixed_point import fixed
from undertone.compiler.operators.operator import lookup
from undertone.compiler.operators.pool import mean_counts
from undertone.compiler.operators.reduce import reduced_axes
from undertone.compiler.passes.quantise_products import product
from undertone.compiler.passes.quantise_ranges import Steps, steps_of
from undertone.compiler.passes.quantise_walk import Walk

Form = Callable[[Walk, Node], bool]

# One value in, one value out: any such function is a table of 256 bytes.
CURVES = (
    "Abs", "Celu", "Clip", "Elu", "Gelu", "HardSigmoid", "HardSwish", "LeakyRelu", "Mish", "Neg", "Relu", "Selu",
    "Sigmoid", "Softplus", "Softsign", "Swish", "Tanh", "ThresholdedRelu",
)  # fmt: skip
# What moves, repeats or selects values keeps their steps.
MOVERS = (
    "Expand", "Flatten", "Gather", "Identity", "MaxPool", "Pad", "ReduceMax", "ReduceMin", "Reshape", "Slice", "Split",
    "Squeeze", "Tile", "Transpose", "Unsqueeze",
)  # fmt: skip
LARGEST_MEAN = 2**22  # so many bytes sum up in 32 bits


def _given(walk: Walk, node: Node) -> list[str]:
    """Return what a node reads at run time."""
    return [n for n in node.inputs if n and n not in walk.graph.constants]


def _in_bytes(walk: Walk, node: Node) -> bool:
    given = _given(walk, node)
    return bool(given) and all(n in walk.bytes_of for n in given)


def _finish(walk: Walk, node: Node, made: Node, steps: Steps) -> bool:
    out = node.outputs[0]
    walk.bytes_of[out] = walk.add(made.replace(outputs=(walk.name(f"{out}_bytes"),), name=node.name), steps)
    return True


def _mover(walk: Walk, node: Node) -> bool:
    if not _in_bytes(walk, node) or node.inputs[0] in walk.graph.constants:
        return False
    x = walk.bytes(node.inputs[0])
    steps, others = walk.steps[x], [walk.float(n) if n else n for n in node.inputs[1:]]
    if node.op == "Pad" and node.get("mode", "constant") == "constant":
        fill = walk.graph.constants[node.inputs[1]] if others and others[0] else np.zeros((), np.float32)
        others[:1] = [walk.constant(f"{node.name}_fill", steps.bytes(fill))]
    names = tuple(walk.name(f"{out}_bytes") for out in node.outputs)
    walk.add(node.replace(inputs=(x, *others), outputs=names), steps)
    walk.steps |= dict.fromkeys(names, steps)
    walk.bytes_of |= dict(zip(node.outputs, names, strict=True))
    return True


def _curve(walk: Walk, node: Node) -> bool:
    """Any function of one tensor's values alone, constants of one value beside it."""
    given = _given(walk, node)
    beside = [walk.graph.constants[n] for n in node.inputs if n and n not in given]
    if not _in_bytes(walk, node) or len(given) != 1 or any(a.size != 1 for a in beside):
        return False
    if walk.graph.tensors[node.outputs[0]] != walk.graph.tensors[given[0]]:
        return False
    x = walk.bytes(given[0])
    arrays: list[Array | None] = [
        walk.steps[x].real(np.arange(256)) if n in given else walk.graph.constants[n].reshape(-1) if n else None
        for n in node.inputs
    ]
    steps = steps_of(walk.real[node.outputs[0]])
    table = steps.bytes(lookup(node).compute(node, arrays)[0])
    return _finish(walk, node, Node("Lookup", (x, walk.constant(f"{node.name}_table", table)), ()), steps)


def _pair(walk: Walk, node: Node) -> bool:
    """Add, Sub, Mul of two tensors; a tensor by itself (a square) keeps too little of small values in 8 bits."""
    if _curve(walk, node):
        return True
    if not _in_bytes(walk, node) or len(node.inputs) != 2 or node.inputs[0] == node.inputs[1]:
        return False
    a, b = (walk.bytes(n) for n in node.inputs)
    one, two, out = walk.steps[a], walk.steps[b], steps_of(walk.real[node.outputs[0]])
    if node.op == "Mul":
        ends = fixed(one.step * two.step / out.step, out.zero)
        numbers = {"first": one.zero, "second": two.zero, "multiplier": int(ends.multiplier[0])}
    else:
        factors = np.array([one.step, two.step * (-1 if node.op == "Sub" else 1)]) / out.step
        ends = fixed(factors, out.zero - factors @ [one.zero, two.zero])
        numbers = {"first": int(ends.multiplier[0]), "second": int(ends.multiplier[1])}
    op = "FixedMul" if node.op == "Mul" else "FixedAdd"
    attributes = {**numbers, "offset": int(ends.offset[0]), "shift": ends.shift}
    return _finish(walk, node, Node(op, (a, b), (), attributes), out)


def _concat(walk: Walk, node: Node) -> bool:
    if not _in_bytes(walk, node):
        return False
    steps, parts = steps_of(walk.real[node.outputs[0]]), []
    for n in node.inputs:
        part = walk.bytes(n)
        if walk.steps[part] != steps:
            table = walk.constant(f"{n}_table", steps.bytes(walk.steps[part].real(np.arange(256))))
            part = walk.add(Node("Lookup", (part, table), (walk.name(f"{part}_rescaled"),), {}, part), steps)
        parts.append(part)
    return _finish(walk, node, node.replace(inputs=tuple(parts)), steps)


def _mean(walk: Walk, node: Node) -> bool:
    if not _in_bytes(walk, node):
        return False
    x = walk.bytes(node.inputs[0])
    shape = walk.tensors[x].shape
    axes = reduced_axes(node, len(shape)) if node.op == "ReduceMean" else _places(node, len(shape))
    count = int(np.prod([shape[a] for a in axes], dtype=np.int64))
    if not axes or not 0 < count <= LARGEST_MEAN:
        return False
    one, out = walk.steps[x], steps_of(walk.real[node.outputs[0]])
    ends = fixed(one.step / out.step / count, out.zero - one.zero * one.step / out.step)
    attributes: dict[str, Attribute] = {"axes": axes, "keepdims": int(node.get("keepdims", 1)), "shift": ends.shift}
    attributes |= {"multiplier": int(ends.multiplier[0]), "offset": int(ends.offset[0])}
    return _finish(walk, node, Node("FixedMean", (x,), (), attributes), out)


def _places(node: Node, rank: int) -> tuple[int, ...]:
    return tuple(range(1, rank - 1)) if node.get("layout") == "last" else tuple(range(2, rank))


def _average_pool(walk: Walk, node: Node) -> bool:
    """A mean of windows that hold equally many steps is a convolution of each channel by ones."""
    x = node.inputs[0]
    tensor = walk.graph.tensors[x]
    if not _in_bytes(walk, node) or node.get("layout") != "last" or not 3 <= len(tensor.shape) <= 4:
        return False
    counts = mean_counts(node, tensor)
    if counts.min() != counts.max() or node.get("ceil_mode"):
        return False
    ones = np.ones((*node.get("kernel_shape"), 1, tensor.shape[-1]), np.int8)
    one, out = walk.steps[walk.bytes(x)], steps_of(walk.real[node.outputs[0]])
    factor = one.step / out.step / float(counts.flat[0])
    ends = fixed(np.full(tensor.shape[-1], factor), np.full(tensor.shape[-1], float(out.zero)))
    bias = np.full(tensor.shape[-1], -one.zero * (ones.size // tensor.shape[-1]), np.int32)
    arrays = {"kernel": ones, "bias": bias, "multiplier": ends.multiplier, "offset": ends.offset}
    names = [walk.constant(f"{node.name}_{word}", array) for word, array in arrays.items()]
    kept = {k: v for k, v in node.attributes.items() if k in ("strides", "pads", "dilations", "layout")}
    kept |= {"group": tensor.shape[-1], "zero": one.zero, "shift": ends.shift}
    return _finish(walk, node, Node("FixedConv", (walk.bytes(x), *names), (), kept), out)


FORMS: dict[str, Form] = {
    "Conv": product,
    "MatMul": product,
    "Add": _pair,
    "Sub": _pair,
    "Mul": _pair,
    "Div": _curve,
    "Concat": _concat,
    "ReduceMean": _mean,
    "GlobalAveragePool": _mean,
    "AveragePool": _average_pool,
    **dict.fromkeys(CURVES, _curve),
    **dict.fromkeys(MOVERS, _mover),
}
