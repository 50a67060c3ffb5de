"""Each pass keeps the law and the answer."""

import numpy as np
import pytest

from undertone.compiler import evaluate, optimise, run
from undertone.compiler.graph import Tensor
from undertone.compiler.importers.builder import GraphBuilder
from undertone.compiler.passes import PASSES
from undertone.compiler.passes.trim_kernels import trim_kernels
from undertone.compiler.planning.memory import plan
from undertone.compiler.spec import check

from .conftest import floats


def first_channels(rng) -> GraphBuilder:
    """What PyTorch exports: channels first, a residual, a Gemm on a flattened map."""
    b = GraphBuilder("first", "a network of the tests")
    x = b.input("x", Tensor((1, 3, 16)))
    a = b.add("Conv", [x, b.constant("k", floats(rng, 8, 3, 3))], "a", pads=(1, 1))
    n = [b.constant(f"n{i}", np.abs(floats(rng, 8)) + 0.2) for i in range(4)]
    a = b.add("Relu", [b.add("BatchNormalization", [a, *n], "bn")], "r")
    c = b.add(
        "Conv",
        [a, b.constant("k2", floats(rng, 8, 4, 3)), b.constant("bias", floats(rng, 8))],
        "c",
        pads=(1, 1),
        group=2,
    )
    s = b.add("Relu", [b.add("Add", [a, c], "sum")], "r2")
    p = b.add("AveragePool", [s], "p", kernel_shape=(4,), strides=(4,))
    f = b.add("Flatten", [p], "f")
    g = b.add(
        "Gemm", [f, b.constant("w", floats(rng, 6, 32)), b.constant("wb", floats(rng, 6))], "g", transB=1, alpha=0.5
    )
    b.add("Softmax", [g], "y")
    return b


def test_every_pass_keeps_law_and_answer(small, rng):
    for graph in (small, first_channels(rng).graph(["y"])):
        x = {graph.inputs[0]: floats(rng, *graph.tensors[graph.inputs[0]].shape)}
        expected = evaluate(graph, x)[graph.outputs[0]]
        for step in PASSES:
            graph = check(step(graph), after=step.__name__)
            assert np.allclose(evaluate(graph, x)[graph.outputs[0]], expected, atol=2e-6), step.__name__


def test_the_small_network_becomes_five_nodes(small):
    lean = optimise(small)
    assert [node.op for node in lean.nodes] == ["Conv", "Conv", "Reshape", "MatMul", "Softmax"]
    first = lean.nodes[0]
    assert first.get("pool") == 4 and first.get("low") == 0 and len(first.inputs) == 5
    assert len(lean.nodes[1].inputs) == 3, "the second normalisation lies in weights and bias"


def test_passes_are_idempotent(small):
    lean = optimise(small)
    assert optimise(lean) == lean


def test_transposes_around_convolutions_go(rng):
    b = GraphBuilder("keras_like", "a network of the tests")
    y = b.input("x", Tensor((1, 16, 3)))
    for i, (inside, outside) in enumerate(((3, 8), (8, 4))):
        y = b.add("Transpose", [y], f"to{i}", perm=(0, 2, 1))
        y = b.add("Conv", [y, b.constant(f"k{i}", floats(rng, outside, inside, 3))], f"c{i}", pads=(1, 1))
        y = b.add(
            "Add",
            [b.add("Transpose", [y], f"back{i}", perm=(0, 2, 1)), b.constant(f"b{i}", floats(rng, outside))],
            f"s{i}",
        )
        y = b.add("Relu", [y], f"r{i}")
    assert [node.op for node in optimise(b.graph([y])).nodes] == ["Conv", "Conv"]


def test_a_value_that_is_also_an_output_is_not_fused_away(rng):
    b = GraphBuilder("two", "a network of the tests")
    x = b.input("x", Tensor((1, 4)))
    m = b.add("MatMul", [x, b.constant("w", floats(rng, 4, 3))], "m")
    y = b.add("Relu", [m], "y")
    lean = optimise(b.graph([m, y]))
    x0 = {"x": floats(rng, 1, 4)}
    assert lean.outputs == (m, y)
    assert np.array_equal(evaluate(lean, x0)[y], np.maximum(evaluate(lean, x0)[m], 0))


@pytest.mark.parametrize("which", ["small", "first"])
def test_the_plan_never_lets_two_live_tensors_overlap(which, small, rng):
    graph = optimise(small if which == "small" else first_channels(rng).graph(["y"]))
    p = plan(graph)
    lives: dict[str, tuple[int, int]] = {}
    for i, node in enumerate(graph.nodes):
        for name in (*node.inputs, *node.outputs):
            root = p.root.get(name, name)
            first, _ = lives.get(root, (0 if root in graph.inputs else i, i))
            lives[root] = (first, i)
    for a, b in ((a, b) for a in p.places for b in p.places if a < b):
        together = lives[a][0] <= lives[b][1] and lives[b][0] <= lives[a][1]
        one, two = p.places[a], p.places[b]
        apart = one.begin + one.nbytes + one.after <= two.offset or two.begin + two.nbytes + two.after <= one.offset
        assert apart or not together, (a, b)
    assert p.bound_bytes <= p.arena_bytes


@pytest.mark.parametrize(
    ("axes", "kernel", "pads", "how", "left"),
    [
        ((2,), (8,), (3, 4), {}, (3,)),
        ((1,), (5,), (2, 2), {}, (1,)),
        ((20,), (8,), (3, 4), {}, (8,)),
        ((3,), (9,), (8, 8), {"dilations": (2,)}, (3,)),
        ((2,), (7,), (5, 4), {"strides": (3,)}, (5,)),
        ((1, 6), (3, 3), (1, 1, 1, 1), {}, (1, 3)),
        ((4, 1), (5, 5), (2, 2, 2, 2), {"strides": (2, 1), "group": 3}, (5, 1)),
    ],
)
def test_taps_that_meet_only_padding_are_cut_off(axes, kernel, pads, how, left, rng):
    """The law is the interpreter: the same answers, from fewer weights."""
    b = GraphBuilder("late", "a network of the tests")
    x = b.input("x", Tensor((1, *axes, 3)))
    k = b.constant("k", floats(rng, *kernel, 3 // how.get("group", 1), 6))
    graph = b.graph([b.add("Conv", [x, k], "y", pads=pads, layout="last", **how)])
    lean = trim_kernels(graph)
    a = floats(rng, 1, *axes, 3)
    assert lean.constants[lean.nodes[0].inputs[1]].shape[: len(axes)] == left
    assert np.abs(run(check(lean), a) - run(graph, a)).max() < 1e-6
