"""Small models whose C is looked at: seven with every kind of text between them, and two that can be rolled whole."""

from __future__ import annotations

import numpy as np

from undertone.compiler.graph import Graph, Tensor
from undertone.compiler.importers.builder import GraphBuilder
from undertone.compiler.passes.quantise import quantise

from .conftest import floats, small_network

SEED = 7


def small() -> Graph:
    """A convolution with all that can follow it, another, a dense layer, a softmax."""
    return small_network(np.random.default_rng(SEED))


def small_in_bytes() -> Graph:
    """The same in integers."""
    return quantise(small(), floats(np.random.default_rng(SEED), 32, 19, 3))


def map_of_bands() -> Graph:
    """Over time and bands: a strided, a depthwise and a pointwise convolution, and a mean of all."""
    rng, b = np.random.default_rng(SEED), GraphBuilder("bands", "a network of the tests")
    y = b.input("bands", Tensor((1, 24, 10, 1)))
    y = b.add(
        "Conv", [y, b.constant("k1", floats(rng, 3, 3, 1, 8))], "stem", pads=(1, 1, 1, 1), strides=(2, 1), layout="last"
    )
    y = b.add("Relu", [y], "bent")
    y = b.add("Conv", [y, b.constant("k2", floats(rng, 3, 3, 1, 8))], "deep", pads=(1, 1, 1, 1), group=8, layout="last")
    y = b.add("Conv", [y, b.constant("k3", floats(rng, 1, 1, 8, 12))], "wide", layout="last")
    y = b.add("GlobalAveragePool", [b.add("HardSwish", [y], "curve")], "mean", layout="last")
    y = b.add("MatMul", [b.add("Flatten", [y], "flat"), b.constant("k4", floats(rng, 12, 3))], "scores")
    return b.graph([y])


def recurrent() -> Graph:
    """A GRU in both directions and a mean over time."""
    rng, b = np.random.default_rng(SEED), GraphBuilder("moods", "a network of the tests")
    y = b.input("frames", Tensor((6, 1, 4)))
    weights = [b.constant(n, floats(rng, 2, 9, k)) for n, k in (("w", 4), ("r", 3))]
    y = b.add("GRU", [y, *weights], "gru", hidden_size=3, direction="bidirectional")
    return b.graph([b.add("ReduceMean", [y], "mean", axes=(0,), keepdims=0)])


def attention() -> Graph:
    """Attention as exporters write it, with a residual, and a scale that is written over its input."""
    rng, b = np.random.default_rng(SEED), GraphBuilder("attention", "a network of the tests")
    x = b.input("sequence", Tensor((1, 5, 8)))
    q, k, v = (b.add("MatMul", [x, b.constant(f"w{n}", floats(rng, 8, 8))], n) for n in "qkv")
    scores = b.add("MatMul", [q, b.add("Transpose", [k], "turned", perm=(0, 2, 1))], "similar")
    y = b.add("MatMul", [b.add("Softmax", [scores], "weights", axis=-1), v], "mixed")
    y = b.add("Add", [y, x], "sum")
    y = b.add("Mul", [y, b.constant("gain", floats(rng, 8))], "gained")
    return b.graph([b.add("ReduceMean", [y], "mean", axes=(1,), keepdims=0)])


def by_tiles() -> Graph:
    """Convolutions by Winograd's form: a kernel of two parts with a pool, and one over a map."""
    rng, b = np.random.default_rng(SEED), GraphBuilder("tiles", "a network of the tests")
    x = b.input("sound", Tensor((1, 18, 5)))
    y = b.add("Conv", [x, b.constant("k1", floats(rng, 8, 5, 20))], "long", pads=(3, 4), layout="last", tile=4)
    y = b.add("Relu", [y], "bent")
    y = b.add("MaxPool", [y], "pool", kernel_shape=(3,), strides=(3,), layout="last")
    y = b.add("Reshape", [y], "map", shape=(1, 6, 5, 4))
    y = b.add(
        "Conv", [y, b.constant("k2", floats(rng, 3, 3, 4, 6))], "square", pads=(1, 1, 1, 1), layout="last", tile=4
    )
    return b.graph([b.add("GlobalAveragePool", [y], "mean", layout="last")])


def in_little_memory() -> Graph:
    """The same form in little memory: two convolutions of which the first is never written, then one more."""
    rng, b = np.random.default_rng(SEED), GraphBuilder("lean", "a network of the tests")
    x = b.input("sound", Tensor((1, 45, 1)))
    given = {"k1": (7, 1, 21), "k2": (8, 21, 40), "b1": (21,), "s1": (21,), "t1": (21,), "b2": (40,)}
    names = [b.constant(name, floats(rng, *shape)) for name, shape in given.items()]
    how = {"first_strides": (2,), "first_pads": (3, 3), "first_low": 0.0, "pads": (3, 4), "low": 0.0, "pool": 8}
    y = b.add("ConvPair", [x, *names], "both", layout="last", tile=4, lean=(4, 16, 32), **how)
    y = b.add("Conv", [y, b.constant("k3", floats(rng, 2, 40, 6))], "last", layout="last", tile=2, lean=(8, 64, 128))
    return b.graph([b.add("GlobalAveragePool", [y], "mean", layout="last")])


def along_time() -> Graph:
    """Every kind of layer that can be chained: stride, dilation, groups, a curve, an affine, a pool that overlaps."""
    rng, b = np.random.default_rng(SEED), GraphBuilder("along", "a network of the tests")
    x = b.input("sound", Tensor((1, 333, 5)))
    y = b.add("Conv", [x, b.constant("k1", floats(rng, 9, 5, 24))], "c1", pads=(4, 4), strides=(2,), layout="last")
    y = b.add("Sigmoid", [y], "curve")
    y = b.add(
        "Conv", [y, b.constant("k2", floats(rng, 3, 12, 40))], "c2", pads=(4, 4), dilations=(4,), group=2, layout="last"
    )
    y = b.add("Mul", [b.add("Tanh", [y], "tanh"), b.constant("each", floats(rng, 40))], "scaled")
    y = b.add("MaxPool", [y], "pool", kernel_shape=(5,), strides=(3,), layout="last")
    y = b.add("Conv", [y, b.constant("k3", floats(rng, 4, 40, 16))], "c3", pads=(0, 3), layout="last")
    y = b.add("GlobalAveragePool", [y], "mean", layout="last")
    return b.graph([y])


def over_a_map() -> Graph:
    """Two axes: convolutions with padding on both, one of them depthwise, and a mean over windows."""
    rng, b = np.random.default_rng(SEED), GraphBuilder("map", "a network of the tests")
    x = b.input("bands", Tensor((1, 61, 20, 1)))
    y = b.add("Conv", [x, b.constant("k1", floats(rng, 5, 3, 1, 8))], "c1", pads=(2, 1, 2, 1), layout="last")
    y = b.add("Relu", [y], "relu")
    y = b.add("Conv", [y, b.constant("k2", floats(rng, 3, 3, 1, 8))], "deep", pads=(1, 1, 1, 1), group=8, layout="last")
    y = b.add("AveragePool", [y], "pool", kernel_shape=(2, 2), strides=(2, 2), layout="last")
    y = b.add("Conv", [y, b.constant("k3", floats(rng, 1, 1, 8, 12))], "wide", layout="last")
    return b.graph([b.add("GlobalAveragePool", [y], "mean", layout="last")])


# Name: the graph, and the goal that its C is emitted for.
SHOWN = {
    "small": (small, "speed"),
    "small_in_bytes": (small_in_bytes, "speed"),
    "map_of_bands": (map_of_bands, "ram"),
    "recurrent": (recurrent, "speed"),
    "attention": (attention, "ram"),
    "by_tiles": (by_tiles, "speed"),
    "in_little_memory": (in_little_memory, "ram"),
}
