"""A trained network to a graph, and a graph to C: the compiler knows nothing of bundles, sound or Keras.

read_model(path)      .h5, .keras or .onnx -> Graph
run(graph, x)         the numpy interpreter
Network(graph)        the same answers from compiled code, where that pays
pack, unpack          Graph <-> bytes
optimise(graph)       the passes
emit_c(graph, name)   C11: one .c, one .h, the weights apart
toolchain             the one home of the C compiler
"""

from __future__ import annotations

from undertone.compiler.emission.files import emit_c
from undertone.compiler.graph import Graph, Node, Tensor
from undertone.compiler.importers import read_model
from undertone.compiler.interpreter import evaluate, run
from undertone.compiler.network import Network
from undertone.compiler.packing import pack, unpack
from undertone.compiler.passes import optimise

__all__ = [
    "Graph",
    "Network",
    "Node",
    "Tensor",
    "emit_c",
    "evaluate",
    "optimise",
    "pack",
    "read_model",
    "run",
    "unpack",
]
