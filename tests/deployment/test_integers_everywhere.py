"""A network in integers gives the same bits on every target that runs: each has its own form of the dot product.

What comes out are sums times a step, one multiplication each, so the floats that cross are as exact as the integers.
"""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from undertone.compiler import Graph, Tensor, evaluate
from undertone.compiler.importers.builder import GraphBuilder
from undertone.compiler.passes.quantise import islands, quantise
from undertone.compiler.targets import LISTED, TARGETS, can_run
from undertone.deployment import Request, compile_request
from undertone.deployment.ask import ask_network

DOT_PRODUCTS = dataclasses.replace(TARGETS["aarch64-linux"], name="aarch64-linux", cpu="generic+dotprod")
RUN = {t.name: t for t in LISTED if t.run_by and t.kind != "module"} | {
    "wasm32": TARGETS["wasm32"],
    "aarch64 with SDOT": DOT_PRODUCTS,
}


def network(rng: np.random.Generator) -> tuple[Graph, np.ndarray]:
    """Odd sizes all along: pools across blocks, depths and columns that fill no vector, a channel at a time, a sum."""

    def drawn(*shape: int) -> np.ndarray:
        return rng.normal(size=shape).astype(np.float32)

    b = GraphBuilder("odd", "a network of the tests")
    y = b.input("x", Tensor((1, 45, 3)))
    same = {"layout": "last", "pads": (2, 2)}
    y = b.add("Conv", [y, b.constant("k1", drawn(5, 3, 39)), b.constant("b1", drawn(39))], "c1", **same)
    y = b.add("MaxPool", [b.add("Relu", [y], "r1")], "p1", kernel_shape=(3,), strides=(3,), layout="last")
    short = y
    y = b.add("Conv", [y, b.constant("k2", drawn(5, 1, 39))], "c2", group=39, **same)
    y = b.add("Add", [b.add("Tanh", [y], "t2"), short], "sum")
    y = b.add("Conv", [y, b.constant("k3", drawn(5, 13, 21))], "c3", group=3, strides=(2,), **same)
    y = b.add("Reshape", [b.add("ReduceMean", [y], "mean", axes=(1,))], "flat", shape=(1, -1))
    b.add("MatMul", [y, b.constant("k4", drawn(21, 6))], "scores")
    return b.graph(["scores"]), drawn(64, 45, 3)


def test_the_network_has_no_island():
    graph, rows = network(np.random.default_rng(1))
    made = quantise(graph, rows)
    assert islands(made) == ()
    assert {"FixedConv", "FixedAdd", "FixedMean", "FixedMatMul", "Lookup"} <= {n.op for n in made.nodes}


@pytest.mark.slow
@pytest.mark.parametrize("name", RUN)
def test_the_same_bits_everywhere(name, tmp_path):
    target = RUN[name]
    if not can_run(target):
        pytest.skip(f"{target.run_by} is not on this machine")
    graph, rows = network(np.random.default_rng(1))
    made = quantise(graph, rows)
    x = rows[:3].reshape(3, 1, 45, 3)
    there = compile_request(Request(made, None, "odd", target, "fast"), tmp_path / "out")
    expected = [evaluate(made, {"x": row})["scores"] for row in x]
    assert ask_network(there, x) == np.concatenate(expected).tobytes()
