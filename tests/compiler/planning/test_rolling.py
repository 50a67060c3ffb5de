"""Rolled layers: the same bits as whole ones, in a smaller arena."""

from __future__ import annotations

import functools

import numpy as np
import pytest

from undertone.bundle import load
from undertone.compiler import evaluate, optimise
from undertone.compiler.graph import Tensor
from undertone.compiler.importers.builder import GraphBuilder
from undertone.compiler.planning import rolling
from undertone.compiler.planning.memory import plan
from undertone.compiler.planning.rolling import plan_for, roll
from undertone.errors import UnknownNameError
from undertone.recognition.shipped import SHIPPED

from ..conftest import floats, run_c
from ..networks import along_time, over_a_map

STRICT = ("-Wconversion", "-Wshadow", "-Werror", "-Wno-unused-function")


@pytest.mark.parametrize(("network", "allowance", "share"), [(along_time, 0.05, 0.8), (over_a_map, 0.5, 0.1)])
def test_rolled_layers_give_the_same_bits(network, allowance, share, rng, tmp_path, monkeypatch):
    """A small allowance leaves two short chains, one of them ragged; a large one leaves one long chain."""
    monkeypatch.setattr(rolling, "roll", functools.partial(roll, allowance=allowance))
    graph = network()
    lean = optimise(graph)
    whole, rolled = plan_for(lean, "speed"), plan_for(lean, "ram")
    assert rolled.chains[-1].gathers and rolled.arena_bytes < whole.arena_bytes * share
    assert any(chain.ragged for chain in rolled.chains) == (network is along_time)
    x = floats(rng, *graph.tensors[graph.inputs[0]].shape)
    answers = {}
    for goal in ("speed", "ram"):
        (tmp_path / goal).mkdir()
        (answers[goal],) = run_c(graph, [x], tmp_path / goal, flags=STRICT, optimize=goal)
    assert np.array_equal(answers["speed"], answers["ram"])
    assert np.abs(answers["ram"] - evaluate(graph, {graph.inputs[0]: x})[graph.outputs[0]]).max() < 1e-5


def test_the_articles_network_fits_45_kilobytes():
    lean = optimise(load(SHIPPED).graph)
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
