"""Rolled layers: the same bits as whole ones, in a smaller arena."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from undertone.bundle import load
from undertone.compiler import evaluate, optimise
from undertone.compiler.graph import Graph, Tensor
from undertone.compiler.importers.builder import GraphBuilder
from undertone.compiler.planning import rolling
from undertone.compiler.planning.chain import Chain, chain_of
from undertone.compiler.planning.memory import plan
from undertone.compiler.planning.rolling import plan_for, roll
from undertone.errors import UnknownNameError

from ..conftest import floats, run_c
from ..networks import along_time, over_a_map

STRICT = ("-Wconversion", "-Wshadow", "-Werror", "-Wno-unused-function")

ARTICLE = Path(__file__).parents[3] / "benchmarks/trained/article.undertone"


def part_of(graph: Graph, layers: int, rows: int) -> Chain:
    """Chain the first so many layers of the longest chain that there is, so many rows a step."""
    (longest,) = roll(graph, allowance=99.0)
    parts = [(layer.index, layer.reach, layer.tensor) for layer in longest.layers[:layers]]
    gathers = parts[-1][1].gather is not None
    return chain_of(parts, longest.output if gathers else longest.layers[layers].tensor, rows)


@pytest.mark.parametrize(("network", "layers", "rows"), [(along_time, 7, 4), (along_time, 8, 3), (over_a_map, 5, 1)])
def test_rolled_layers_give_the_same_bits(network, layers, rows, rng, tmp_path, monkeypatch):
    graph = network()
    lean = optimise(graph)
    chain = part_of(lean, layers, rows)
    assert (chain.ragged, chain.gathers) == (layers == 7, layers != 7) and chain.first == 0
    assert plan(lean, (chain,)).arena_bytes < plan(lean).arena_bytes * 0.5
    monkeypatch.setattr(rolling, "roll", lambda graph: (chain,))
    x = floats(rng, *graph.tensors[graph.inputs[0]].shape)
    answers = {}
    for goal in ("speed", "ram"):
        (tmp_path / goal).mkdir()
        (answers[goal],) = run_c(graph, [x], tmp_path / goal, flags=STRICT, optimize=goal)
    assert np.array_equal(answers["speed"], answers["ram"])
    assert np.abs(answers["ram"] - evaluate(graph, {graph.inputs[0]: x})[graph.outputs[0]]).max() < 1e-5


def test_the_articles_network_fits_45_kilobytes():
    lean = optimise(load(ARTICLE).graph)
    made = plan_for(lean, "ram")
    assert made.arena_bytes <= 45 * 1024 and made.arena_bytes == made.bound_bytes
    assert [lean.nodes[layer.index].name for layer in made.chains[0].layers] == ["conv1", "conv2"]


def test_nothing_is_rolled_that_would_not_help(small, rng):
    """Of a network whose largest moment is its last, only that counts; without allowance nothing is worth a step."""
    assert roll(optimise(along_time()), allowance=-1.0) == ()
    b = GraphBuilder("late", "a network of the tests")
    x = b.input("x", Tensor((1, 16, 2)))
    for i in range(2):
        x = b.add("Conv", [x, b.constant(f"k{i}", floats(rng, 3, 2, 2))], f"c{i}", pads=(1, 1), layout="last")
    y = b.add("Transpose", [b.add("Tile", [x], "tile", repeats=(1, 50, 50))], "t", perm=(0, 2, 1))
    assert roll(optimise(b.graph([b.add("Softmax", [y], "s")]))) == ()


def test_a_curve_is_written_over_its_input(rng):
    b = GraphBuilder("curve", "a network of the tests")
    x = b.input("x", Tensor((1, 100, 4)))
    y = b.add("Conv", [x, b.constant("k", floats(rng, 1, 4, 8))], "c", layout="last")
    kept = b.add("Sigmoid", [y], "kept")
    y = b.add("Mul", [b.add("Exp", [kept], "exp"), kept], "both")
    graph = optimise(b.graph([b.add("Transpose", [y], "t", perm=(0, 2, 1))]))
    made = plan(graph)
    names = {i: graph.nodes[i].name for i in made.over}
    assert list(names.values()) == ["kept", "both"], "exp may not: kept is read again"
    assert made.arena_bytes == made.bound_bytes == 2 * 100 * 8 * 4


def test_another_goal_is_refused(small):
    with pytest.raises(UnknownNameError, match="did you mean 'ram'"):
        plan_for(optimise(small), "rem")
