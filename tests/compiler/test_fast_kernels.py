"""Depthwise convolutions, recurrent layers and products of odd sizes: the C against numpy, at every width of vector."""

import numpy as np
import pytest

from undertone.compiler import evaluate
from undertone.compiler.graph import Graph, Tensor
from undertone.compiler.importers.builder import GraphBuilder

from .conftest import floats, run_c

# (axes, channels, kernel, strides, dilations, pads): edges, blocks that are not full, channels that fill no vector.
DEPTHWISE = (
    ((7, 21), 24, (3, 3), (1, 1), (1, 1), (1, 1, 1, 1)),
    ((21, 7), 5, (3, 3), (2, 1), (1, 2), (0, 3, 1, 2)),
    ((19, 6), 32, (3, 3), (1, 1), (1, 1), (1, 1, 1, 0)),
    ((8, 9), 64, (3, 3), (1, 1), (1, 1), (0, 1, 2, 1)),
    ((5, 5), 32, (3, 3), (2, 1), (1, 1), (1, 1, 1, 1)),
    ((9, 9), 33, (5, 2), (2, 3), (1, 1), (2, 0, 2, 1)),
    ((40,), 3, (9,), (2,), (2,), (8, 8)),
    ((13,), 16, (4,), (1,), (1,), (0, 0)),
)


def odd_sizes(rng) -> GraphBuilder:
    b = GraphBuilder("odd", "a network of the tests")
    for i, (axes, width, kernel, strides, dilations, pads) in enumerate(DEPTHWISE):
        x = b.input(f"x{i}", Tensor((1, *axes, width)))
        k = b.constant(f"k{i}", floats(rng, *kernel, 1, width))
        how = {"strides": strides, "dilations": dilations, "pads": pads, "group": width, "layout": "last"}
        b.add("Conv", [x, k], f"y{i}", **how)
    for columns in (1, 7, 12, 24, 33, 50):
        b.add("MatMul", [b.input(f"m{columns}", Tensor((23, 6))), b.constant("w", floats(rng, 6, columns))], "product")
    image = b.input("image", Tensor((1, 26, 5, 3)))
    for width in (2, 5):  # the rows of one call run along the longer axis, and over both for a window of one step
        size = 3 if width == 5 else 1
        k = b.constant("flat", floats(rng, size, size, 3, 20))
        b.add("Conv", [image, k], "image_out", pads=(size // 2,) * 4, layout="last")
    return b


def recurrent(rng) -> GraphBuilder:
    b = GraphBuilder("recurrent", "a network of the tests")
    x = b.input("x", Tensor((23, 2, 6)))
    for op, gates in (("RNN", 1), ("GRU", 3), ("LSTM", 4)):
        for direction in ("forward", "bidirectional"):
            for before in (0, 1) if op == "GRU" else (0,):
                d = 2 if direction == "bidirectional" else 1
                names = [b.constant("w", floats(rng, d, gates * 20, n) / 2) for n in (6, 20)]
                names.append(b.constant("b", floats(rng, d, gates * 40)))
                how = {"linear_before_reset": before} if op == "GRU" else {}
                b.add(op, [x, *names], "y", direction=direction, hidden_size=20, **how)
    return b


def whole(b: GraphBuilder) -> Graph:
    return b.graph([name for node in b.nodes for name in node.outputs])


@pytest.mark.parametrize("flags", [(), ("-DUT_LANES=8",), ("-DUT_LANES=4",), ("-DUT_LANES=1",)])
def test_they_equal_numpy_at_every_width(flags, rng, tmp_path):
    for make in (odd_sizes, recurrent):
        graph = whole(make(rng))
        feed = {n: floats(rng, *graph.tensors[n].shape) for n in graph.inputs}
        expected = evaluate(graph, feed)
        folder = tmp_path / make.__name__
        folder.mkdir()
        got = run_c(graph, [feed[n] for n in graph.inputs], folder, flags=("-O1", *flags))
        for name, array in zip(graph.outputs, got, strict=True):
            assert np.allclose(array, expected[name], rtol=1e-5, atol=5e-6), (make.__name__, name)
