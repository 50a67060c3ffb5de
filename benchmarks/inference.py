# ruff: noqa: E402 (one thread must be asked for before NumPy is loaded)
"""How fast the compiled network is: against ONNX Runtime and LiteRT, in turns, in one process, on one thread.

    python benchmarks/inference.py [--json] [--rounds 60]

The article's network as the bundle that ships has it, float32. `ratio_ort` and `ratio_best` are our median over the
peer's: below 1 we are faster; `ratio_best` is over the faster peer of those that ran. Answers are compared before
anything is timed.
"""

from __future__ import annotations

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
from peers import to_onnx, to_tflite
from undertone.bundle import load
from undertone.compiler import Graph, run
from undertone.compiler.library import Library
from undertone.recognition.shipped import SHIPPED

CALLS = 10
TOLERANCE = 1e-5
Run = Callable[[np.ndarray], np.ndarray]


def ours(graph: Graph) -> Run:
    return Library(graph)


def onnx_runtime(graph: Graph) -> Run:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(to_onnx(graph), options, providers=["CPUExecutionProvider"])
    name, shape = session.get_inputs()[0].name, session.get_inputs()[0].shape
    return lambda x: session.run(None, {name: x.reshape(shape)})[0]


def litert(graph: Graph) -> Run:
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_content=to_tflite(graph), num_threads=1)
    interpreter.allocate_tensors()
    given, taken = interpreter.get_input_details()[0], interpreter.get_output_details()[0]

    def call(x: np.ndarray) -> np.ndarray:
        interpreter.set_tensor(given["index"], x.reshape(given["shape"]))
        interpreter.invoke()
        return interpreter.get_tensor(taken["index"])

    return call


def timed(run_once: Run, x: np.ndarray) -> float:
    begin = time.perf_counter()
    for _ in range(CALLS):
        run_once(x)
    return (time.perf_counter() - begin) / CALLS * 1000


def compare(graph: Graph, rounds: int) -> dict[str, float | str | None]:
    x = np.random.default_rng(0).normal(size=graph.tensors[graph.inputs[0]].shape).astype(np.float32)
    expected = run(graph, x)
    runs: dict[str, Run] = {}
    row: dict[str, float | str | None] = {}
    for key, make in (("undertone_ms", ours), ("ort_ms", onnx_runtime), ("litert_ms", litert)):
        try:
            runs[key] = make(graph)
        except ImportError as error:
            row[key], row[f"{key}_why"] = None, str(error)
            continue
        error = float(np.abs(runs[key](x) - expected).max())
        if error > TOLERANCE:
            raise SystemExit(f"{key}: the answer differs from the interpreter's by {error:.2g}")
    times: dict[str, list[float]] = {key: [] for key in runs}
    for i in range(rounds + 3):
        for key, run_once in runs.items():
            taken = timed(run_once, x)
            if i >= 3:
                times[key].append(taken)
    row |= {key: round(statistics.median(values), 4) for key, values in times.items()}
    row |= {f"{key}_least": round(min(values), 4) for key, values in times.items()}
    peers = [statistics.median(times[key]) for key in ("ort_ms", "litert_ms") if key in times]
    mine = statistics.median(times["undertone_ms"])
    row["ratio_ort"] = round(mine / statistics.median(times["ort_ms"]), 3) if "ort_ms" in times else None
    row["ratio_best"] = round(mine / min(peers), 3) if peers else None
    return row


def isa() -> str:
    flags = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    return next((word for word in ("avx512f", "avx2", "asimd") if word in flags), "unknown")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--rounds", type=int, default=60)
    asked = parser.parse_args()
    made = {"isa": isa(), "networks": {"article": {"f32": compare(load(SHIPPED).graph, asked.rounds)}}}
    if asked.json:
        print(json.dumps(made, indent=1))
        return
    for name, forms in made["networks"].items():
        for form, row in forms.items():
            print(f"{name} {form} ({made['isa']}): " + ", ".join(f"{key} {value}" for key, value in row.items()))


if __name__ == "__main__":
    main()
