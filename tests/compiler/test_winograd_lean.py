"""Winograd's form in little memory: the C against double, pairs against both convolutions, and where it is chosen."""

from pathlib import Path

import numpy as np
import pytest

from undertone.bundle import load
from undertone.compiler import optimise, run
from undertone.compiler.graph import Node, Tensor
from undertone.compiler.importers.builder import GraphBuilder
from undertone.compiler.interpreter import evaluate
from undertone.compiler.library import Library
from undertone.compiler.operators.conv_pair import both, pair_of
from undertone.compiler.planning import lean as planning
from undertone.compiler.planning.lean import LARGER, choose_lean
from undertone.compiler.planning.rolling import plan_for

from .conftest import floats, run_c
from .test_winograd import UNIT, bound, direct

ARTICLE = Path(__file__).parents[2] / "benchmarks/trained/article.undertone"
WIDTHS = [(), ("-DUT_LANES=8",), ("-DUT_LANES=4",), ("-DUT_LANES=1",), ("-fsanitize=undefined",)]

# (places, channels in and out, taps, pads, batch, tiles, channels and columns at a time): rests of everything.
CASES = (
    (67, 20, 40, 8, (3, 4), 1, (4, 16, 32)),
    (64, 33, 70, 4, (0, 0), 2, (10, 16, 64)),
    (9, 16, 24, 7, (5, 1), 1, (20, 128, 128)),
    (5, 3, 7, 12, (9, 8), 1, (1, 2, 32)),
    (41, 17, 100, 2, (1, 0), 1, (6, 5, 64)),
    (30, 48, 33, 3, (1, 1), 1, (7, 32, 32)),
)


@pytest.mark.parametrize("flags", WIDTHS)
def test_the_c_is_within_the_bound_of_the_form(flags, rng, tmp_path):
    """The sums are those of `undertone.compiler.operators.winograd`, in another order: its bound holds."""
    b, given = GraphBuilder("cases", "a network of the tests"), []
    for places, inside, outputs, taps, pads, batch, lean in CASES:
        for tile in (4, 2):
            x = b.input("x", Tensor((batch, places, inside)))
            k = floats(rng, taps, inside, outputs)
            b.add("Conv", [x, b.constant("k", k)], "y", pads=pads, layout="last", tile=tile, lean=lean)
            given.append((floats(rng, batch, places, inside), k, pads, tile))
    graph = b.graph([node.outputs[0] for node in b.nodes])
    got = run_c(graph, [x for x, *_ in given], tmp_path, flags=("-O1", "-Wconversion", "-Wshadow", "-Werror", *flags))
    for y, (x, k, pads, tile) in zip(got, given, strict=True):
        real = direct(x, k, pads)
        assert y.shape == real.shape and (np.abs(y - real) <= bound(x, k, pads, tile) + 1e-30).all(), (k.shape, tile)
        assert np.sqrt(np.mean((y - real) ** 2)) <= 16 * UNIT * np.abs(real).max()


def pairs(rng):
    """Two convolutions with all that can follow them, for each way in which the first can lie on its input."""
    for strides, pads, width in (((1,), (3, 4), 1), ((2,), (0, 0), 3), ((3,), (5, 0), 2)):
        b = GraphBuilder("pair", "a network of the tests")
        y = b.input("x", Tensor((1, 140, width)))
        for n, (taps, inside, outputs) in enumerate(((8, width, 21), (8, 21, 70))):
            shapes = ((taps, inside, outputs), *[(outputs,)] * 3)
            names = [b.constant(f"c{n}", floats(rng, *shape)) for shape in shapes]
            how = {"strides": strides, "pads": pads, "low": -0.5} if n == 0 else {"pads": (3, 4), "high": 2.0}
            y = b.add("Conv", [y, *names], f"y{n}", layout="last", **how)
        yield b.graph([y])


@pytest.mark.parametrize("flags", [(), ("-DUT_LANES=4",), ("-DUT_LANES=1",)])
def test_a_pair_gives_what_its_convolutions_give(flags, rng, tmp_path):
    for i, graph in enumerate(pairs(rng)):
        first, second = graph.nodes
        pair = pair_of(first, second.set(tile=4, lean=(4, 16, 32)))
        joined = graph.replace(nodes=(pair,), tensors={n: t for n, t in graph.tensors.items() if n != first.outputs[0]})
        x = floats(rng, *graph.tensors[graph.inputs[0]].shape)
        expected = evaluate(graph, {graph.inputs[0]: x})[graph.outputs[0]]
        assert np.array_equal(evaluate(joined, {graph.inputs[0]: x})[graph.outputs[0]], expected)
        (tmp_path / str(i)).mkdir()
        (y,) = run_c(joined, [x], tmp_path / str(i), flags=("-O1", "-Wconversion", "-Wshadow", "-Werror", *flags))
        assert np.abs(y - expected).max() < 2e-6 * np.abs(expected).max()


def test_a_pair_comes_apart_again():
    first = Node("Conv", ("x", "k"), ("y",), {"strides": (2,), "layout": "last"}, "one")
    second = Node("Conv", ("y", "l", "b"), ("z",), {"pads": (1, 2), "layout": "last", "pool": 2}, "two")
    one, two = both(pair_of(first, second))
    assert one.inputs == ("x", "k", "", "", "") and dict(one.attributes) == dict(first.attributes)
    assert two.inputs[1:] == ("l", "b") and dict(two.attributes) == dict(second.attributes)


def test_the_articles_network_has_it_within_45_kilobytes():
    direct_sums = optimise(load(ARTICLE).graph)
    lean = choose_lean(direct_sums)
    least, made = plan_for(direct_sums, "ram").arena_bytes, plan_for(lean, "ram")
    assert made.arena_bytes <= min(45 * 1024, LARGER * least)
    assert [(n.op, n.name) for n in lean.nodes if n.get("lean")] == [
        ("ConvPair", "conv2"), ("Conv", "conv3"), ("Conv", "conv4"), ("Conv", "conv5"), ("Conv", "conv6")
    ]  # fmt: skip


def network(rng, *, first=1, columns=64):
    b = GraphBuilder("two", "a network of the tests")
    x = b.input("x", Tensor((1, 200, first)))
    y = b.add("Conv", [x, b.constant("k", floats(rng, 8, first, 48) / 8)], "y", pads=(3, 4), layout="last")
    y = b.add("Relu", [y], "bent")
    y = b.add("Conv", [y, b.constant("l", floats(rng, 8, 48, columns) / 8)], "z", pads=(3, 4), layout="last")
    return b.graph([b.add("GlobalAveragePool", [y], "mean", layout="last")])


@pytest.mark.parametrize(("how", "op"), [({}, "ConvPair"), ({"first": 48}, "Conv")])
def test_a_library_of_little_memory_agrees_with_the_interpreter(how, op, rng, monkeypatch):
    """A first convolution of many inputs is too dear to be computed again, and is written."""
    graph = network(rng, **how)
    assert not [n for n in choose_lean(optimise(graph)).nodes if n.get("lean")], (
        "windows of so few channels are smaller"
    )
    monkeypatch.setattr(planning, "LARGER", 99.0)
    assert op in [n.op for n in choose_lean(optimise(graph)).nodes if n.get("lean")]
    x = floats(rng, *graph.tensors[graph.inputs[0]].shape)
    assert np.abs(Library(graph, optimize="ram")(x) - run(graph, x)).max() < 1e-5


@pytest.mark.slow
def test_the_articles_network_answers_the_same_in_little_memory(rng):
    graph = load(ARTICLE).graph
    small, x = Library(graph, optimize="ram"), floats(rng, 1, 162, 1)
    assert small.arena_bytes <= 45 * 1024 and np.abs(small(x) - run(graph, x)).max() < 1e-5
