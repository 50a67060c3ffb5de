"""A convolution or a matrix product by constants to its form in integers.

    x = (q - zero) * step,  w = k * width,  so  sum of x w = step * width * (sum of q k - zero * sum of k)

with a width of each output channel; the bias counts in steps of step * width too. Then the mean of each channel's sums
on the calibration rows is compared with the float network's, and the bias takes the difference: rounding moves no
channel on average.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from undertone.compiler.graph import Array, Node
from undertone.compiler.operators.fixed_point import fixed
from undertone.compiler.operators.operator import lookup
from undertone.compiler.passes.fuse_bias import fusible
from undertone.compiler.passes.quantise_ranges import steps_of
from undertone.compiler.passes.quantise_walk import Walk

PRODUCTS = {"Conv": "FixedConv", "MatMul": "FixedMatMul"}
EAGER = (*PRODUCTS, "AveragePool", "GlobalAveragePool", "MaxPool", "ReduceMean")
KEPT = ("strides", "pads", "dilations", "group", "layout")
LARGEST_SUM = 2**30
DRIFT_ROWS = 48  # a mean of each channel needs fewer rows than a percentile
Reals = NDArray[np.float64]


@dataclass(frozen=True)
class _Integers:
    """A product's weights: the node that gives its bare sums, and what one step of each channel's sums is worth."""

    node: Node
    kernel: str
    bias: Array
    worth: Reals


def product(walk: Walk, node: Node) -> bool:
    """Add a Conv or MatMul in integers, or say that it has no such form."""
    if not _possible(walk, node):
        return False
    made = _integers(walk, node)
    bias = made.bias - _drift(walk, node, made)
    names = (made.node.inputs[0], made.kernel, walk.constant(f"{node.name}_bias", bias.astype(np.int32)))
    if not (node.attributes.keys() & {"low", "high", "pool"} or len(node.inputs) > 3 or wanted(walk, node.outputs[0])):
        _to_float(walk, node, made, names)
    else:
        _to_bytes(walk, node, made, names)
    return True


def wanted(walk: Walk, name: str) -> bool:
    """Say whether a tensor is wanted as bytes: where a product or a pool reads it, at once or through light nodes."""
    return any(
        n.op in EAGER or (n.op in walk.light and any(wanted(walk, out) for out in n.outputs))
        for n in walk.graph.consumers(name)
    )


def _possible(walk: Walk, node: Node) -> bool:
    graph = walk.graph
    if not fusible(graph, node) or graph.tensors[node.inputs[0]].dtype != "float32":
        return False
    if len(graph.tensors[node.inputs[0]].shape) > 4 or node.inputs[0] in graph.constants:
        return False
    kernel = graph.constants[node.inputs[1]]
    bounded = node.get("low", 0.0) == 0.0 and "high" not in node.attributes
    return kernel.size // kernel.shape[-1] * 255 * 127 < LARGEST_SUM and (len(node.inputs) <= 3 or bounded)


def _spread(walk: Walk, node: Node) -> tuple[str, int]:
    """Return the bytes that a product reads, and how many of them stand for each value.

    The network's own input often has long tails, and its one channel costs little: a convolution reads it as copies
    that are shifted by parts of a step. Their sum is the value in steps as much smaller, since the sum over j of
    floor(x + j / n) is floor(n x).
    """
    name, n = node.inputs[0], walk.copies
    if n == 1 or node.op != "Conv" or name not in walk.graph.inputs or walk.graph.tensors[name].shape[-1] != 1:
        return walk.bytes(name), 1
    steps = steps_of(walk.real[name])
    shifts = ((np.arange(n) - (n - 1) / 2) / n * steps.step).astype(np.float32)
    added = (name, walk.constant(f"{name}_shifts", shifts))
    copies = walk.add(Node("Add", added, (walk.name(f"{name}_copies"),), {}, f"{name}_copies"))
    return walk.quantised(copies, steps), n


def _integers(walk: Walk, node: Node) -> _Integers:
    x, copies = _spread(walk, node)
    steps, kernel = walk.steps[x], walk.graph.constants[node.inputs[1]].astype(np.float64)
    kernel = np.repeat(kernel, copies, axis=-2)
    axes = tuple(range(kernel.ndim - 1))
    given = node.inputs[2] if len(node.inputs) > 2 else ""
    bias = walk.graph.constants[given].astype(np.float64) if given else np.zeros(kernel.shape[-1])
    step = steps.step / copies
    width = np.maximum(np.abs(kernel).max(axis=axes) / 127, np.abs(bias) / (step * 2.0**28))
    width = np.maximum(width, 1e-12)
    whole = np.rint(kernel / width).astype(np.int8)
    worth = step * width
    start = np.rint(bias / worth).astype(np.int64) - steps.zero * whole.astype(np.int64).sum(axis=axes)
    attributes = {k: v for k, v in node.attributes.items() if k in KEPT}
    attributes |= {"zero": steps.zero} if node.op == "Conv" else {}
    name = walk.constant(f"{node.name}_kernel", whole)
    bare = Node(PRODUCTS[node.op], (x, name, ""), (), attributes, node.name)
    return _Integers(bare, name, start, worth)


def _drift(walk: Walk, node: Node, made: _Integers) -> Array:
    """How far the mean of each channel's sums is off, in whole steps."""
    plain = node.replace(attributes={k: v for k, v in node.attributes.items() if k in KEPT})
    arrays = [walk.graph.constants[n] if n else None for n in node.inputs[1:3]]
    compute = lookup(plain).compute
    real = _mean([compute(plain, [x, *arrays])[0] for x in walk.real[node.inputs[0]][:DRIFT_ROWS]])
    constants: list[Array | None] = [walk.constants[made.kernel], made.bias]
    compute = lookup(made.node).compute
    found = _mean([compute(made.node, [q, *constants])[0] for q in walk.seen[made.node.inputs[0]][:DRIFT_ROWS]])
    return np.rint(found - real / made.worth).astype(np.int64)


def _mean(values: list[Array]) -> Reals:
    return np.asarray(np.mean([v.reshape(-1, v.shape[-1]).mean(axis=0, dtype=np.float64) for v in values], axis=0))


def _to_float(walk: Walk, node: Node, made: _Integers, names: tuple[str, ...]) -> None:
    """Sums, and their real values at once: for what stays float no byte lies between."""
    sums = walk.add(made.node.replace(inputs=names, outputs=(walk.name(f"{node.outputs[0]}_sums"),)))
    worth = walk.constant(f"{node.name}_step", made.worth.astype(np.float32))
    axis = len(walk.tensors[sums].shape) - 1
    walk.add(Node("DequantizeLinear", (sums, worth), node.outputs, {"axis": axis}, f"{node.name}_dequantise"))


def _to_bytes(walk: Walk, node: Node, made: _Integers, names: tuple[str, ...]) -> None:
    out = node.outputs[0]
    steps = steps_of(walk.real[out])
    attributes = {k: int(node.get(k)) for k in ("pool",) if node.get(k)}
    scale, shift = np.ones(1), np.zeros(1)
    if len(node.inputs) > 3:
        scale, shift = (walk.graph.constants[n].astype(np.float64) for n in node.inputs[3:5])
        attributes |= {"relu": 1} if "low" in node.attributes else {}
    else:
        bounds = {"floor": node.get("low"), "ceiling": node.get("high")}
        attributes |= {k: int(steps.bytes(np.asarray(v))) for k, v in bounds.items() if v is not None}
    ends = fixed(made.worth * scale / steps.step, np.broadcast_to(shift / steps.step + steps.zero, made.worth.shape))
    vectors = (
        walk.constant(f"{node.name}_multiplier", ends.multiplier),
        walk.constant(f"{node.name}_offset", ends.offset),
    )
    whole = made.node.set(shift=ends.shift, **attributes)
    whole = whole.replace(inputs=(*names, *vectors), outputs=(walk.name(f"{out}_bytes"),))
    walk.bytes_of[out] = walk.add(whole, steps)
