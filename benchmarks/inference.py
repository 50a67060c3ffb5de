# ruff: noqa: E402 (one thread must be asked for before NumPy is loaded)
"""How fast compiled networks are: against ONNX Runtime and LiteRT, in turns, in one process, on one thread.

    python benchmarks/inference.py [--json] [--rounds 150] [--only NAME] [--form s8] [--isa avx2]

Four networks (`networks.py`), in float32 and in integers (`inference_s8.py`). `ratio_ort` and `ratio_best` are our
time over the peer's, each the lower quartile of its turns: below 1 we are faster; `ratio_best` is over the faster peer
of those that ran. Answers are compared before anything is timed. A peer that cannot run a form is null, with a reason
under `why`.

`--isa avx2` compares on an x86-64-v3 (AVX2 and FMA, no AVX-512, no AVX-VNNI): ours are built for it, and the peers,
which have no switch for that, are told by `confined.py` that the processor is one. It takes binutils' objdump. `--isa
trapped` makes the same detour and hides nothing: what it costs is the difference to `native`.
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
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
from confined import Confined
from inference_s8 import integer_runs
from networks import NETWORKS
from peer_onnx import to_onnx
from peer_tflite import to_tflite
from undertone.compiler import Graph, optimise, run
from undertone.compiler.library import Library

ROUND_S = 0.004  # of a turn: short, so that what else the machine does falls into few of them
WARM = 3
TOLERANCE = 1e-5
ISA_FLAGS = {"native": (), "avx2": ("-mcpu=x86_64_v3",), "trapped": ()}
PEERS = ("ort", "litert")
PACKAGES = ("onnxruntime", "ai_edge_litert")
Run = Callable[[np.ndarray], np.ndarray]


def onnx_runtime(graph: Graph) -> Run:
    return onnx_session(to_onnx(graph))


def onnx_session(model: bytes) -> Run:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    name, shape = session.get_inputs()[0].name, session.get_inputs()[0].shape
    return lambda x: session.run(None, {name: x.reshape(shape)})[0]


def litert(graph: Graph) -> Run:
    return litert_interpreter(to_tflite(optimise(graph)))


def litert_interpreter(model: bytes) -> Run:
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_content=model, num_threads=1)
    interpreter.allocate_tensors()
    given, taken = interpreter.get_input_details()[0], interpreter.get_output_details()[0]

    def call(x: np.ndarray) -> np.ndarray:
        interpreter.set_tensor(given["index"], x.reshape(given["shape"]))
        interpreter.invoke()
        return interpreter.get_tensor(taken["index"])

    return call


def timed(run_once: Run, x: np.ndarray, calls: int) -> float:
    begin = time.perf_counter()
    for _ in range(calls):
        run_once(x)
    return (time.perf_counter() - begin) / calls * 1000


def compare(graph: Graph, rounds: int, flags: tuple[str, ...]) -> dict[str, Any]:
    """Time one network in float32."""
    x = np.random.default_rng(0).normal(size=graph.tensors[graph.inputs[0]].shape).astype(np.float32)
    expected = run(graph, x)
    makers = {"undertone": lambda g: Library(g, flags=flags), "ort": onnx_runtime, "litert": litert}
    runs: dict[str, Run] = {}
    why: dict[str, str] = {}
    for key, make in makers.items():
        try:
            runs[key] = make(graph)
        except (ImportError, ValueError) as error:
            why[key] = str(error)
            continue
        error = float(np.abs(runs[key](x).ravel() - expected.ravel()).max())
        if error > TOLERANCE:
            raise SystemExit(f"{key}: the answer differs from the interpreter's by {error:.2g}")
    times = in_turns(runs, x, rounds)
    return row(times, why)


def compare_integers(name: str, rounds: int, flags: tuple[str, ...]) -> dict[str, Any]:
    """Time one network in integers, and measure each one's error."""
    graph = NETWORKS[name]()
    runs, why, told = integer_runs(name, graph, flags, (onnx_session, litert_interpreter))
    if not runs:
        return dict.fromkeys(("ort_ms", "litert_ms", "undertone_ms", "ratio_ort", "ratio_best")) | {"why": why}
    x = np.random.default_rng(0).normal(size=graph.tensors[graph.inputs[0]].shape).astype(np.float32)
    return row(in_turns(runs, x, rounds), why) | told


def in_turns(runs: dict[str, Run], x: np.ndarray, rounds: int) -> dict[str, list[float]]:
    """Return milliseconds a call of each round; each gets as many calls as fill `ROUND_S`."""
    calls = {key: max(1, int(ROUND_S * 1000 / timed(run_once, x, 3))) for key, run_once in runs.items()}
    times: dict[str, list[float]] = {key: [] for key in runs}
    for i in range(rounds + WARM):
        for key, run_once in runs.items():
            taken = timed(run_once, x, calls[key])
            if i >= WARM:
                times[key].append(taken)
    return times


def row(times: dict[str, list[float]], why: dict[str, str]) -> dict[str, Any]:
    """Return times and ratios: lower quartiles, because what else the machine does only ever adds."""
    quartiles = {key: quartile(values) for key, values in times.items()}
    made: dict[str, Any] = {f"{key}_ms": round(quartiles[key], 4) if key in quartiles else None
                            for key in (*PEERS, "undertone")}  # fmt: skip
    mine = quartiles["undertone"]
    peers = [quartiles[key] for key in PEERS if key in quartiles]
    made["ratio_ort"] = round(mine / quartiles["ort"], 3) if "ort" in quartiles else None
    made["ratio_best"] = round(mine / min(peers), 3) if peers else None
    return {**made, "why": why} if why else made


def quartile(values: list[float]) -> float:
    """Return what a quarter of the values do not exceed."""
    return statistics.quantiles(values, n=4)[0] if len(values) > 1 else values[0]


def isa(asked: str) -> str:
    """Name the vectors that all are given."""
    flags = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    here = next((word for word in ("avx512f", "avx2", "asimd") if word in flags), "unknown")
    return {"native": here, "trapped": f"{here} (trapped)"}.get(asked, asked)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--rounds", type=int, default=150)
    parser.add_argument("--only", choices=NETWORKS)
    parser.add_argument("--isa", choices=ISA_FLAGS, default="native")
    parser.add_argument("--form", choices=("all", "f32", "s8"), default="all")
    asked = parser.parse_args()
    names = [asked.only] if asked.only else list(NETWORKS)
    made = {"isa": isa(asked.isa), "networks": {}}
    confined = Confined(PACKAGES, hide=asked.isa == "avx2") if asked.isa != "native" else None
    for name in names:
        flags = ISA_FLAGS[asked.isa]
        made["networks"][name] = {
            form: compare(NETWORKS[name](), asked.rounds, flags)
            if form == "f32"
            else compare_integers(name, asked.rounds, flags)
            for form in ("f32", "s8")
            if asked.form in (form, "all")
        }
        if not asked.json:
            for form, values in made["networks"][name].items():
                print(f"{name} {form} ({made['isa']}): " + ", ".join(f"{k} {v}" for k, v in values.items()), flush=True)
    if confined and not confined.asked:
        raise SystemExit("no peer asked the processor what it can: they were not confined")
    if asked.json:
        print(json.dumps(made, indent=1))


if __name__ == "__main__":
    main()
