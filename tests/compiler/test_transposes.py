"""Transposes go: what an exporter wrote channels first runs channels last, with nothing moved in between."""

import numpy as np

from undertone.compiler import evaluate, optimise
from undertone.compiler.graph import Tensor
from undertone.compiler.importers.builder import GraphBuilder

from .conftest import floats


def gated_residual(rng) -> GraphBuilder:
    """Two branches that read one map, a gate of its means, their sum, then statistics over time."""
    b = GraphBuilder("gated", "a network of the tests")
    x = b.input("x", Tensor((1, 1, 9, 6)))
    a = b.add("Relu", [b.add("Conv", [x, b.constant("k", floats(rng, 4, 1, 3, 3))], "a", pads=(1, 1, 1, 1))], "r")
    c = b.add("Conv", [a, b.constant("k2", floats(rng, 4, 4, 3, 3))], "c", pads=(1, 1, 1, 1))
    s = b.add("Flatten", [b.add("GlobalAveragePool", [c], "squeeze")], "flat")
    s = b.add("Sigmoid", [b.add("MatMul", [s, b.constant("w", floats(rng, 4, 4))], "up")], "gate")
    c = b.add("Mul", [c, b.add("Reshape", [s], "gates", shape=(1, 4, 1, 1))], "gated")
    y = b.add("Identity", [b.add("Add", [a, c], "sum")], "same")
    mean = b.add("ReduceMean", [y], "mean", axes=(2, 3), keepdims=1)
    apart = b.add("Sub", [y, mean], "apart")
    spread = b.add("ReduceMean", [b.add("Mul", [apart, apart], "squares")], "spread", axes=(2, 3), keepdims=0)
    pooled = b.add("Concat", [b.add("Flatten", [mean], "m"), spread], "pooled", axis=1)
    b.add("Softmax", [pooled], "y")
    return b


def test_branches_that_meet_again_move_nothing(rng):
    graph = gated_residual(rng).graph(["y"])
    lean = optimise(graph)
    assert "Transpose" not in {n.op for n in lean.nodes}
    x = {"x": floats(rng, 1, 1, 9, 6)}
    assert np.allclose(evaluate(lean, x)["y"], evaluate(graph, x)["y"], atol=1e-6)


def test_a_transpose_that_several_read_stays_where_pushing_would_move_more(rng):
    b = GraphBuilder("kept", "a network of the tests")
    turned = b.add("Transpose", [b.input("x", Tensor((5, 4)))], "turned", perm=(1, 0))
    out = [b.add("MatMul", [turned, b.constant("k", floats(rng, 5, 3))], "product"), b.add("Relu", [turned], "y")]
    graph = b.graph(out)
    lean = optimise(graph)
    assert [n.op for n in lean.nodes].count("Transpose") == 1
    x = {"x": floats(rng, 5, 4)}
    for name in out:
        assert np.allclose(evaluate(lean, x)[name], evaluate(graph, x)[name], atol=1e-6)
