# ruff: noqa: E402 (one thread must be asked for before NumPy is loaded)
"""Ours beside ONNX Runtime, LiteRT, onnx2c and emx-onnx-cgen: time, memory and code of the same networks, in one run.

    python benchmarks/comparison.py [--json] [--rounds 60] [--only NAME]
    ONNX2C=/path/to/onnx2c EMX_ONNX_CGEN=/path/to/emx-onnx-cgen python benchmarks/comparison.py

float32, one thread, all in turns in one process; every answer is held against the interpreter before anything is
timed. Peers that write C get the file as ONNX Runtime's basic passes leave it (biases and normalisation inside the
convolutions, which spares them work; where one does not take that file, as it was), and the flags that ours is
compiled with; `fast_math_ms` is theirs with `-ffast-math` added, as onnx2c's page advises. What is absent or cannot run
a network is null, with a reason under `why`.

- `working_bytes`: what a run writes to: arena or static buffers, and the deepest stack, read from the object. A
  runtime has no such number.
- `code_bytes`: of C its machine code; of a runtime the library that has to be there.
- `resident_bytes`: by how much a process grows that has NumPy, loads the network and runs it twice: weights, code,
  buffers and, of a runtime, the runtime (Linux alone).
- `m4_instructions`: of a run on a Cortex-M4, counted under QEMU; `m4_why` says why there are none.
"""

from __future__ import annotations

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import argparse
import ctypes
import importlib.util
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
from inference import Run, in_turns, isa, litert_interpreter, onnx_session, quartile
from networks import NETWORKS
from peer_c import FAST_MATH, WRITERS, instructions, library, loaded, sizes
from peer_onnx import to_onnx
from peer_tflite import to_tflite
from undertone.compiler import Graph, emit_c, optimise, run
from undertone.compiler.instructions import count_instructions
from undertone.compiler.library import build_library
from undertone.compiler.measure import measure
from undertone.errors import ToolchainError, UnsupportedError

TOLERANCE = 1e-5
GOALS = {"undertone": "speed", "undertone_ram": "ram"}
FIGURES = ("ms", "fast_math_ms", "working_bytes", "code_bytes", "resident_bytes", "m4_instructions")


class Contest:
    """One network: what each one runs, and what is known of it."""

    def __init__(self, graph: Graph, folder: Path) -> None:
        self.graph, self.folder = graph, folder
        self.outputs = graph.tensors[graph.outputs[0]].shape
        self.x = np.random.default_rng(0).normal(size=graph.tensors[graph.inputs[0]].shape).astype(np.float32)
        self.expected = run(graph, self.x)
        self.runs: dict[str, Run] = {}
        self.rows: dict[str, dict[str, Any]] = {}
        self.files: dict[str, tuple[str, Path, str, int]] = {}

    def enter(self, key: str, make: Callable[[str, dict[str, Any]], Run]) -> None:
        """Take one in if it can run the network and answers rightly."""
        row = self.rows[key] = dict.fromkeys(FIGURES)
        try:
            once = make(key, row)
        except (ImportError, LookupError, ValueError, UnsupportedError, ToolchainError) as error:
            row["why"] = str(error).strip().splitlines()[0]
            return
        error = float(np.abs(once(self.x).ravel() - self.expected.ravel()).max())
        if error > TOLERANCE:
            raise SystemExit(f"{self.graph.name}: {key} differs from the interpreter by {error:.2g}")
        row["error"] = float(f"{error:.2g}")
        self.runs[key] = once
        row["resident_bytes"] = resident(self.files[key], self.folder, self.x)

    def ours(self, key: str, row: dict[str, Any]) -> Run:
        goal, out = GOALS[key], self.folder / f"{key}.so"
        build_library(self.graph, out, optimize=goal)
        arena = ctypes.c_size_t.in_dll(ctypes.CDLL(str(out)), "network_arena_bytes").value
        c = self.folder / key
        c.mkdir()
        for file, content in emit_c(self.graph, "network", optimize=goal, winograd=True).items():
            (c / file).write_bytes(content.encode() if isinstance(content, str) else content)
        found = measure(c / "network.c", "network_run", include=[c])
        row |= {"working_bytes": arena + found.stack_bytes, "code_bytes": found.code_bytes}
        counted(row, lambda: count_instructions(self.graph, optimize=goal).total)
        self.files[key] = ("c", out, "network_run", max(arena, 64))
        return loaded(out, "network_run", self.outputs, max(arena, 64))

    def theirs(self, key: str, row: dict[str, Any]) -> Run:
        writer, source = WRITERS[key], self.folder / f"{key}.c"
        plain = self.folder / "plain.onnx"
        plain.write_bytes(to_onnx(self.graph))
        try:
            writer.write(simplified(plain), source)
        except LookupError:
            writer.write(plain, source)
        found = sizes(source, writer.entry)
        row |= {"working_bytes": found.variable_bytes + found.stack_bytes, "code_bytes": found.code_bytes}
        shape = (self.x.size, self.expected.size, found.stack_bytes)
        counted(row, lambda: instructions(source, writer.entry, *shape, self.folder))
        quick = library(source, self.folder / f"{key}_fast.so", FAST_MATH)
        self.runs[f"{key} fast"] = loaded(quick, writer.entry, self.outputs)
        self.files[key] = ("c", library(source, self.folder / f"{key}.so", ()), writer.entry, 0)
        return loaded(self.files[key][1], writer.entry, self.outputs)

    def onnx_runtime(self, key: str, row: dict[str, Any]) -> Run:
        return self.runtime(key, row, "onnxruntime", to_onnx(self.graph), onnx_session)

    def litert(self, key: str, row: dict[str, Any]) -> Run:
        return self.runtime(key, row, "ai_edge_litert", to_tflite(optimise(self.graph)), litert_interpreter)

    def runtime(self, key: str, row: dict[str, Any], module: str, model: bytes, load: Callable[[bytes], Run]) -> Run:
        once = load(model)
        file = self.folder / f"{key}.model"
        file.write_bytes(model)
        self.files[key] = (module, file, "", 0)
        row["code_bytes"] = largest_library(module)
        return once


def counted(row: dict[str, Any], count: Callable[[], int]) -> None:
    """Count instructions where the emulator is; what does not build or run there says why."""
    try:
        row["m4_instructions"] = count()
    except ToolchainError as error:
        words = [line for line in str(error).splitlines() if "error" in line or "fatal" in line] or [str(error)]
        row["m4_why"] = words[0].strip()[-160:]


def simplified(model: Path) -> Path:
    """Return a file of the model after ONNX Runtime's basic passes, which leave only standard operators."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    options.optimized_model_filepath = str(model.with_name("simplified.onnx"))
    onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    return model.with_name("simplified.onnx")


def largest_library(module: str) -> int | None:
    """Return the size of the largest native library of a Python package: the runtime."""
    spec = importlib.util.find_spec(module)
    folders = list(spec.submodule_search_locations or []) if spec else []
    found = [p.stat().st_size for folder in folders for p in Path(folder).rglob("*.so*")]
    return max(found, default=None)


def resident(file: tuple[str, Path, str, int], folder: Path, x: np.ndarray) -> int | None:
    """Ask a fresh process by how much it grows."""
    np.save(folder / "x.npy", x)
    command = [sys.executable, __file__, "--grow", *map(str, file), str(folder / "x.npy")]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    return int(told[-1]) if told[-1] != "None" else None


def grow(kind: str, file: str, entry: str, arena: str, x_file: str) -> int | None:
    """Load and run, and return the growth of what this process has in memory."""
    x, before = np.load(x_file), in_memory()
    if kind == "c":
        once = loaded(Path(file), entry, (1 << 12,), int(arena))
    else:
        once = {"onnxruntime": onnx_session, "ai_edge_litert": litert_interpreter}[kind](Path(file).read_bytes())
    once(x)
    once(x)
    return in_memory() - before if before is not None else None


def in_memory() -> int | None:
    """Return what this process has in memory, in bytes; None where the system does not say."""
    status = Path("/proc/self/status")
    if not status.exists():
        return None
    return next(int(line.split()[1]) * 1024 for line in status.read_text().splitlines() if line.startswith("VmRSS"))


def contest(name: str, rounds: int) -> dict[str, Any]:
    """Measure all on one network."""
    with tempfile.TemporaryDirectory() as folder:
        made = Contest(NETWORKS[name](), Path(folder))
        for key in GOALS:
            made.enter(key, made.ours)
        made.enter("onnx_runtime", made.onnx_runtime)
        made.enter("litert", made.litert)
        for key in WRITERS:
            made.enter(key, made.theirs)
        times = {key: quartile(taken) for key, taken in in_turns(made.runs, made.x, rounds).items()}
    for key, row in made.rows.items():
        row["ms"] = round(times[key], 4) if key in times else None
        row["fast_math_ms"] = round(times[f"{key} fast"], 4) if f"{key} fast" in times else None
        row["times_ours"] = round(times[key] / times["undertone"], 2) if key in times else None
    return made.rows


def show(name: str, rows: dict[str, Any]) -> None:
    """Print one network as rows of a table."""
    for key, row in rows.items():
        if "why" in row:
            print(f"| {name} | {key} | {row['why']} |")
            continue
        cells = (f"{row[f]:,}" if row[f] is not None else "" for f in (*FIGURES, "times_ours"))
        print(f"| {name} | {key} | {' | '.join(cells)} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--only", choices=NETWORKS)
    parser.add_argument("--grow", nargs=5, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.grow:
        print(grow(*asked.grow))
        return
    made: dict[str, Any] = {"isa": isa("native"), "networks": {}}
    for name in [asked.only] if asked.only else NETWORKS:
        made["networks"][name] = contest(name, asked.rounds)
        if not asked.json:
            show(name, made["networks"][name])
    if asked.json:
        print(json.dumps(made, indent=1))


if __name__ == "__main__":
    main()
