"""The networks that `inference.py` times: the article's (trained, from benchmarks/trained) and three with random
weights, built as exporters of PyTorch write them: channels first, BatchNormalization apart.

Random weights cost the same time as trained ones; they are scaled so that values stay near 1 and no denormal appears.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from target_networks import ARTICLE
from undertone.bundle import load
from undertone.compiler import Graph, Tensor
from undertone.compiler.importers.builder import GraphBuilder


class Builder(GraphBuilder):
    """A graph builder that draws weights."""

    def __init__(self, name: str) -> None:
        super().__init__(name, "random weights, for timing")
        self.rng = np.random.default_rng(len(name))

    def drawn(self, name: str, *shape: int, fan: int) -> str:
        return self.constant(name, (self.rng.normal(size=shape) * (2 / fan) ** 0.5).astype(np.float32))

    def conv(self, x: str, name: str, outputs: int, *kernel: int, groups: int = 1, **attributes) -> str:
        inside = self.shape(x)[1] // groups
        weights = self.drawn(f"{name}.weight", outputs, inside, *kernel, fan=inside * int(np.prod(kernel)))
        return self.add("Conv", [x, weights], name, group=groups, **attributes)

    def norm(self, x: str, name: str) -> str:
        n = self.shape(x)[1]
        given = [np.ones(n), self.rng.normal(size=n) * 0.1, self.rng.normal(size=n) * 0.1, self.rng.uniform(0.5, 2, n)]
        words = ("weight", "bias", "mean", "var")
        names = [self.constant(f"{name}.{w}", a.astype(np.float32)) for w, a in zip(words, given, strict=True)]
        return self.add("BatchNormalization", [x, *names], name, epsilon=1e-5)

    def block(self, x: str, name: str, outputs: int, *kernel: int, **attributes) -> str:
        y = self.norm(self.conv(x, name, outputs, *kernel, **attributes), f"{name}.norm")
        return self.add("Relu", [y], f"{name}.relu")

    def dense(self, x: str, name: str, outputs: int) -> str:
        inside = self.shape(x)[-1]
        names = [self.drawn(f"{name}.weight", outputs, inside, fan=inside), self.drawn(f"{name}.bias", outputs, fan=99)]
        return self.add("Gemm", [x, *names], name, transB=1)


def article() -> Graph:
    """The article's network trained on EMO-DB: 98.6 million multiply-adds."""
    return load(ARTICLE).graph


def keywords() -> Graph:
    """A depthwise-separable network of keyword spotting (DS-CNN) on 98 frames of 40 log-mel bands: 20.6 million."""
    b = Builder("keywords")
    y = b.input("frames", Tensor((1, 1, 98, 40)))
    y = b.block(y, "stem", 64, 10, 4, strides=(2, 2), pads=(4, 1, 4, 1))
    for i in range(4):
        y = b.block(y, f"depth{i}", 64, 3, 3, groups=64, pads=(1, 1, 1, 1))
        y = b.block(y, f"point{i}", 64, 1, 1)
    y = b.add("Flatten", [b.add("GlobalAveragePool", [y], "pool")], "flat")
    return b.graph([b.add("Softmax", [b.dense(y, "dense", 12)], "scores")])


def gru() -> Graph:
    """Two recurrent layers of 128 over 98 frames of 40 log-mel bands: 16.1 million multiply-adds."""
    b = Builder("gru")
    y = b.input("frames", Tensor((98, 1, 40)))
    for i in range(2):
        inside, n = b.shape(y)[-1], 128
        names = [b.drawn(f"gru{i}.{w}", 1, 3 * n, k, fan=2 * k) for w, k in (("w", inside), ("r", n))]
        names.append(b.drawn(f"gru{i}.b", 1, 6 * n, fan=100))
        y = b.add("GRU", [y, *names], f"gru{i}", hidden_size=n, linear_before_reset=1)
        if i == 0:
            y = b.add("Squeeze", [y], "sequence", axes=(1,))
    y = b.add("Squeeze", [b.nodes[-1].outputs[1]], "state", axes=(0,))
    return b.graph([b.add("Softmax", [b.dense(y, "dense", 7)], "scores")])


def compact() -> Graph:
    """Our own recogniser's shape on 3 s: 64 log-mel bands and two rows of pitch, 20 million multiply-adds."""
    b = Builder("compact")
    x = b.input("frames", Tensor((1, 188, 66)))
    mel = b.add("Unsqueeze", [b.add("Slice", [x], "mel", starts=(0,), ends=(64,), axes=(2,))], "image", axes=(1,))
    pitch = b.add("Slice", [x], "pitch", starts=(64,), ends=(66,), axes=(2,))
    y = b.block(mel, "stem", 12, 5, 5, strides=(2, 2), pads=(2, 2, 2, 2))
    for i, (maps, stride) in enumerate(((24, (2, 2)), (48, (2, 2)), (64, (1, 2)))):
        y = _residual(b, y, f"block{i}", maps, stride)
    _, maps, frames, bands = b.shape(y)
    y = b.add(
        "Reshape", [b.add("Transpose", [y], "turned", perm=(0, 1, 3, 2))], "rows", shape=(1, maps * bands, frames)
    )
    tone = b.conv(b.add("Transpose", [pitch], "rising", perm=(0, 2, 1)), "tone", 8, 9, strides=(8,), pads=(4, 4))
    y = b.block(b.add("Concat", [y, tone], "joined", axis=1), "mix", 64, 1)
    mean = b.add("ReduceMean", [y], "mean", axes=(2,), keepdims=1)
    apart = b.add("Sub", [y, mean], "apart")
    spread = b.add("ReduceMean", [b.add("Mul", [apart, apart], "squares")], "variance", axes=(2,), keepdims=1)
    spread = b.add("Sqrt", [b.add("Add", [spread, b.constant("tiny", np.float32(1e-5).reshape(1))], "more")], "spread")
    y = b.add("Flatten", [b.add("Concat", [mean, spread], "pooled", axis=1)], "flat")
    return b.graph([b.add("Softmax", [b.dense(b.norm(y, "last"), "dense", 9)], "scores")])


def _residual(b: Builder, x: str, name: str, maps: int, stride: tuple[int, int]) -> str:
    """Two convolutions, squeeze-and-excite by an eighth, and a shortcut by average pool and a 1x1 convolution."""
    y = b.block(x, f"{name}.a", maps, 3, 3, strides=stride, pads=(1, 1, 1, 1))
    y = b.norm(b.conv(y, f"{name}.b", maps, 3, 3, pads=(1, 1, 1, 1)), f"{name}.b.norm")
    s = b.add("Flatten", [b.add("GlobalAveragePool", [y], f"{name}.squeeze")], f"{name}.flat")
    s = b.add("Relu", [b.dense(s, f"{name}.down", maps // 8)], f"{name}.down.relu")
    s = b.add("Sigmoid", [b.dense(s, f"{name}.up", maps)], f"{name}.gate")
    y = b.add("Mul", [y, b.add("Reshape", [s], f"{name}.gates", shape=(1, maps, 1, 1))], f"{name}.gated")
    short = b.add("AveragePool", [x], f"{name}.short", kernel_shape=stride, strides=stride, ceil_mode=1)
    short = b.norm(b.conv(short, f"{name}.project", maps, 1, 1), f"{name}.project.norm")
    return b.add("Relu", [b.add("Add", [y, short], f"{name}.sum")], f"{name}.out")


NETWORKS: dict[str, Callable[[], Graph]] = {f.__name__: f for f in (article, keywords, gru, compact)}
