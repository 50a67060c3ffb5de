"""The networks of `inference.py` in integers: ours, ONNX Runtime's quantiser's, and LiteRT where it can be written.

All three take their ranges from the same rows: the article's network from its own training rows, the others, whose
weights are random, from random ones. The error is the mean difference of a score to the network in float32, on rows
that gave no ranges.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from networks import ARTICLE
from peer_int8 import onnx_int8, tflite_int8
from undertone.bundle import load
from undertone.compiler import Graph, run
from undertone.compiler.library import Library
from undertone.compiler.passes.quantise import islands, quantise

RANGES, JUDGES = 96, 60
Run = Callable[[np.ndarray], np.ndarray]


def rows_for(name: str, graph: Graph) -> np.ndarray:
    """Return rows for the ranges, then rows that judge."""
    if name == "article":
        bundle = load(ARTICLE)
        rows = (bundle.rows - bundle.mean) * bundle.inv_scale
        return rows[np.random.default_rng(0).permutation(len(rows))[: RANGES + JUDGES]]
    shape = (RANGES + JUDGES, *graph.tensors[graph.inputs[0]].shape)
    return np.random.default_rng(0).normal(size=shape).astype(np.float32)


def integer_runs(
    name: str, graph: Graph, flags: tuple[str, ...], runtimes: tuple[Callable[[bytes], Run], Callable[[bytes], Run]]
) -> tuple[dict[str, Run], dict[str, str], dict[str, Any]]:
    """Make all that can run, say why others cannot, and measure the errors."""
    if any(n.op in ("GRU", "LSTM", "RNN") for n in graph.nodes):
        return {}, {"undertone": "recurrent layers stay float32"}, {}
    rows = rows_for(name, graph)
    ranges, judges = rows[:RANGES], rows[RANGES:]
    made = quantise(graph, ranges)
    session, interpreter = runtimes
    makers: dict[str, Callable[[], Run]] = {
        "undertone": lambda: Library(made, flags=flags),
        "ort": lambda: session(onnx_int8(graph, ranges)),
        "litert": lambda: interpreter(tflite_int8(graph, quantise(graph, ranges, copies=1), ranges)),
    }
    runs: dict[str, Run] = {}
    why: dict[str, str] = {}
    for key, make in makers.items():
        try:
            runs[key] = make()
        except (ImportError, ValueError) as error:
            why[key] = str(error)
    real = [run(graph, x).ravel() for x in judges]
    errors = {
        key: float(np.mean([np.abs(once(x).ravel() - y).mean() for x, y in zip(judges, real, strict=True)]))
        for key, once in runs.items()
    }
    told: dict[str, Any] = {"error": {key: float(f"{value:.2g}") for key, value in errors.items()}}
    return runs, why, told | {"islands": [n.op for n in islands(made)]}
