"""Small networks of every kind that the compiler's tests share."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from undertone.compiler import Graph, Tensor
from undertone.compiler.importers.builder import GraphBuilder


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(7)


@pytest.fixture
def small(rng: np.random.Generator) -> Graph:
    """A convolution, a normalisation after the activation, a pool, another convolution, a dense layer, a softmax."""
    return small_network(rng)


def small_network(rng: np.random.Generator) -> Graph:
    b = GraphBuilder("small", "a network of the tests")
    x = b.input("sound", Tensor((1, 19, 3)))
    y = b.add("Conv", [x, b.constant("k1", floats(rng, 5, 3, 40))], "conv", pads=(2, 2), layout="last")
    y = b.add("Add", [y, b.constant("b1", floats(rng, 40))], "conv_biased")
    y = b.add("Relu", [y], "conv_relu")
    vectors = [b.constant(n, floats(rng, 40)) for n in ("gamma", "beta", "mean")]
    vectors.append(b.constant("variance", np.abs(floats(rng, 40)) + 0.5))
    y = b.add("BatchNormalization", [y, *vectors], "norm", epsilon=1e-3, layout="last")
    y = b.add("MaxPool", [y], "pool", kernel_shape=(4,), strides=(4,), layout="last")
    y = b.add("Conv", [y, b.constant("k2", floats(rng, 3, 40, 6))], "narrow", pads=(1, 1), layout="last")
    y = b.add("BatchNormalization", [y, *(n for n in _norm(b, rng, 6))], "norm2", epsilon=1e-3, layout="last")
    y = b.add("Reshape", [y], "flatten", shape=(1, -1))
    y = b.add("MatMul", [y, b.constant("k3", floats(rng, 24, 5))], "dense")
    y = b.add("Add", [y, b.constant("b3", floats(rng, 5))], "dense_biased")
    return b.graph([b.add("Softmax", [y], "answer")])


def _norm(b: GraphBuilder, rng: np.random.Generator, n: int) -> list[str]:
    return [b.constant(f"norm2_{i}", np.abs(floats(rng, n)) + 0.5) for i in range(4)]


def floats(rng: np.random.Generator, *shape: int) -> np.ndarray:
    return rng.normal(size=shape).astype(np.float32) * np.float32(0.5)


def run_c(
    graph: Graph, inputs: list[np.ndarray], folder: Path, *, flags: tuple[str, ...] = (), optimize: str = "speed"
) -> list[np.ndarray]:
    """Emit, compile and run a graph; return its outputs."""
    from undertone.compiler.emission.trial import run_emitted

    return run_emitted(graph, inputs, folder, flags=flags, optimize=optimize)
