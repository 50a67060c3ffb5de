"""How far each node's C lies from the interpreter: where an error of a network in float32 comes from."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np

from undertone.compiler import Graph, evaluate, optimise
from undertone.compiler.emission import source
from undertone.compiler.emission.trial import run_emitted


def node_errors(graph: Graph, *, seed: int = 162) -> dict[str, float]:
    """Compile a network for this machine so that it gives what each node gives, and run it once.

    Parameters
    ----------
    graph : Graph
        Of inputs in float32; they are drawn from a normal distribution.
    seed : int
        Of the drawing.

    Returns
    -------
    dict of str to float
        By a node's function in the emitted C: the largest difference to the numpy interpreter over all that the node
        gives, divided by the largest value there. Each carries what the nodes before it brought along.

    Raises
    ------
    ToolchainError
        The C does not compile or run.
    """
    lean = optimise(graph)
    functions = source.prepare(lean, "network").functions
    given = {function: lean.nodes[i].outputs[0] for i, function in functions.items()}
    shown = lean.replace(outputs=tuple(dict.fromkeys(given.values())))
    rng = np.random.default_rng(seed)
    inputs = {n: rng.standard_normal(lean.tensors[n].shape).astype(lean.tensors[n].dtype) for n in lean.inputs}
    with tempfile.TemporaryDirectory() as folder:
        found = dict(zip(shown.outputs, run_emitted(shown, list(inputs.values()), Path(folder)), strict=True))
    right = evaluate(shown, inputs)
    return {function: _relative(found[name], right[name]) for function, name in given.items()}


def _relative(found: np.ndarray, right: np.ndarray) -> float:
    gap = np.abs(found.astype(np.float64) - right.astype(np.float64)).max(initial=0.0)
    return float(gap / max(float(np.abs(right.astype(np.float64)).max(initial=0.0)), 1e-30))
