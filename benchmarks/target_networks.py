"""Five small networks of random weights, one a kind of arithmetic, and the article's: what every target is asked."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from undertone.bundle import load
from undertone.compiler import Graph, Tensor
from undertone.compiler.importers.builder import GraphBuilder

#: The article's network, trained on all of EMO-DB: the bundle that shipped before `pooled`.
ARTICLE = Path(__file__).parent / "trained" / "article.undertone"


def _builder(name: str) -> tuple[GraphBuilder, np.random.Generator]:
    return GraphBuilder(name, "a network of random weights"), np.random.default_rng(len(name))


def _drawn(b: GraphBuilder, rng: np.random.Generator, name: str, *shape: int) -> str:
    return b.constant(name, (rng.normal(size=shape) / np.sqrt(np.prod(shape[1:]) or 1)).astype(np.float32))


def conv() -> Graph:
    """Convolutions along time, normalised, pooled, and a dense layer."""
    b, rng = _builder("conv")
    y = b.input("frames", Tensor((1, 48, 20)))
    y = b.add("Conv", [y, _drawn(b, rng, "k1", 5, 20, 40)], "conv1", pads=(2, 2), layout="last")
    y = b.add("Relu", [y], "relu1")
    norm = [b.constant(n, rng.uniform(0.5, 1.5, 40).astype(np.float32)) for n in ("gamma", "beta", "mean", "variance")]
    y = b.add("BatchNormalization", [y, *norm], "norm", epsilon=1e-3, layout="last")
    y = b.add("MaxPool", [y], "pool", kernel_shape=(4,), strides=(4,), layout="last")
    y = b.add("Conv", [y, _drawn(b, rng, "k2", 3, 40, 13)], "conv2", pads=(1, 1), layout="last")
    y = b.add("Tanh", [y], "tanh")
    y = b.add("Reshape", [y], "flat", shape=(1, -1))
    y = b.add("MatMul", [y, _drawn(b, rng, "w", 156, 7)], "dense")
    return b.graph([b.add("Softmax", [y], "answer")])


def depthwise() -> Graph:
    """Depthwise and pointwise convolutions over frames and bands, as exporters of PyTorch write them."""
    b, rng = _builder("depthwise")
    y = b.input("picture", Tensor((1, 1, 32, 24)))
    y = b.add("Conv", [y, _drawn(b, rng, "stem", 12, 1, 3, 3)], "stem_conv", strides=(2, 2), pads=(1, 1, 1, 1))
    y = b.add("HardSwish", [y], "stem_act")
    y = b.add("Conv", [y, _drawn(b, rng, "deep", 12, 1, 3, 3)], "deep_conv", group=12, pads=(1, 1, 1, 1))
    y = b.add("Relu", [y], "deep_act")
    y = b.add("Conv", [y, _drawn(b, rng, "point", 18, 12, 1, 1)], "point_conv")
    y = b.add("Sigmoid", [y], "gate")
    y = b.add("GlobalAveragePool", [y], "mean")
    y = b.add("Reshape", [y], "flat", shape=(1, 18))
    return b.graph([b.add("MatMul", [y, _drawn(b, rng, "w", 18, 5)], "answer")])


def gru() -> Graph:
    """A recurrent layer in both directions, and its mean over time."""
    b, rng = _builder("gru")
    y = b.input("frames", Tensor((24, 1, 10)))
    weights = [_drawn(b, rng, "w", 2, 36, 10), _drawn(b, rng, "r", 2, 36, 12), _drawn(b, rng, "b", 2, 72)]
    y = b.add("GRU", [y, *weights], "gru_layer", hidden_size=12, direction="bidirectional", linear_before_reset=1)
    y = b.add("ReduceMean", [y], "mean", axes=(0, 2), keepdims=0)
    y = b.add("Reshape", [y], "flat", shape=(1, 24))
    return b.graph([b.add("MatMul", [y, _drawn(b, rng, "out", 24, 6)], "answer")])


def attention() -> Graph:
    """One block of attention, a normalisation of layers, and the smooth gate of transformers."""
    b, rng = _builder("attention")
    x = b.input("frames", Tensor((1, 16, 24)))
    q, k, v = (b.add("MatMul", [x, _drawn(b, rng, f"w{n}", 24, 24)], n) for n in "qkv")
    scores = b.add("MatMul", [q, b.add("Transpose", [k], "turned", perm=(0, 2, 1))], "scores")
    y = b.add("MatMul", [b.add("Softmax", [scores], "weights"), v], "mixed")
    scale, shift = (b.constant(n, rng.uniform(0.5, 1.5, 24).astype(np.float32)) for n in ("scale", "shift"))
    epsilon = b.constant("epsilon", np.float32([1e-5]))
    y = b.add("Add", [x, y], "sum")
    y = b.add("Sub", [y, b.add("ReduceMean", [y], "centre", axes=(-1,))], "centred")
    variance = b.add("ReduceMean", [b.add("Mul", [y, y], "squares")], "variance", axes=(-1,))
    y = b.add("Div", [y, b.add("Sqrt", [b.add("Add", [variance, epsilon], "lifted")], "deviation")], "even")
    y = b.add("Add", [b.add("Mul", [y, scale], "scaled"), shift], "norm")
    y = b.add("Gelu", [b.add("MatMul", [y, _drawn(b, rng, "up", 24, 30)], "wide")], "gate")
    y = b.add("Reshape", [y], "flat", shape=(1, 480))
    return b.graph([b.add("MatMul", [y, _drawn(b, rng, "down", 480, 4)], "answer")])


def curves() -> Graph:
    """Many functions of math.h, on numbers of every size."""
    b, _ = _builder("curves")
    x = b.input("numbers", Tensor((1, 64)))
    small = b.add("Softsign", [x], "small")
    names = (
        "Tanh",
        "Sin",
        "Cos",
        "Atan",
        "Asinh",
        "Erf",
        "Exp",
        "Softplus",
        "Mish",
        "Elu",
        "Round",
        "Floor",
        "Sigmoid",
    )
    parts = [b.add(op, [x], op.lower()) for op in names]
    parts += [b.add(op, [small], op.lower()) for op in ("Asin", "Atanh", "Sinh", "Cosh", "Tan")]
    size = b.add("Abs", [x], "size")
    parts += [b.add("Log", [b.add("Add", [size, b.constant("one", np.float32([0.5]))], "lifted")], "log")]
    parts += [b.add("Pow", [size, b.constant("third", np.float32([0.3]))], "power"), b.add("Sqrt", [size], "root")]
    return b.graph([b.add("Concat", parts, "answer", axis=1)])


def article() -> Graph:
    """The article's network trained on EMO-DB: 98.6 million multiply-adds."""
    return load(ARTICLE).graph


NETWORKS = {
    "conv": conv,
    "depthwise": depthwise,
    "gru": gru,
    "attention": attention,
    "curves": curves,
    "article": article,
}


def inputs(graph: Graph, *, count: int = 4) -> np.ndarray:
    """Return inputs of ordinary size, and as many of tiny values and denormals."""
    rng = np.random.default_rng(5)
    shape = graph.tensors[graph.inputs[0]].shape
    scales = [1.0, 30.0, 1e-30, 1e-40][:count]
    return np.stack([(rng.normal(size=shape) * s).astype(np.float32) for s in scales])
