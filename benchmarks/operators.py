"""What the compiler can do of the official ONNX node cases: emitted, compiled, executed C against their expected
outputs.

    python benchmarks/operators.py [--json] [--only WORD ...] [--interpreter] [--failures] [--sanitize] [--warnings]

The cases are those that onnx generates at run time (`onnx.backend.test.case.node`). A case is *passed* when our C gives
its outputs within its own tolerance; *wrong* and *crashed* must be 0. What the compiler refuses is not *supported*.
An input that only carries a shape, axes or bounds is bound as a constant from the case: *bound* counts such cases.
*listed* are the cases made only of operators that the compiler promises, of opset 13 or newer, in ordinary element
types: float32, float64, bool and integers of 8 to 64 bits.

`--warnings` makes errors of what compilers warn of in the C, conversions included: the ziglang wheel's clang, and gcc
too where it is installed.
"""

from __future__ import annotations

import argparse
import collections
import json
import shutil
import subprocess
import sys
import tempfile
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from undertone.compiler import Graph, evaluate, toolchain
from undertone.compiler.emission.trial import trial_files
from undertone.compiler.graph import DTYPES
from undertone.compiler.importers.onnx_file import OLDEST_OPSET, from_onnx
from undertone.compiler.importers.onnx_forms import PARAMETERS
from undertone.errors import ModelError, ToolchainError, UnsupportedError

PROMISED = frozenset(
    """
    Conv ConvTranspose Gemm MatMul MaxPool AveragePool GlobalAveragePool GlobalMaxPool BatchNormalization
    LayerNormalization InstanceNormalization LSTM GRU RNN Softmax LogSoftmax Transpose Einsum Relu LeakyRelu PRelu
    Elu Selu Celu ThresholdedRelu Gelu HardSigmoid HardSwish Sigmoid Tanh Softplus Softsign Mish Swish Add Sub Mul
    Div Neg Abs Sqrt Exp Log Pow Reciprocal Floor Ceil Round Sign Erf Max Min Sum Mean Clip Mod ReduceSum ReduceMean
    ReduceMax ReduceMin ReduceProd ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceSumSquare Concat Split Slice
    Gather Pad Resize Reshape Flatten Squeeze Unsqueeze Identity Shape Expand Where Equal Less LessOrEqual Greater
    GreaterOrEqual And Or Xor Not QuantizeLinear DequantizeLinear QLinearConv QLinearMatMul DFT STFT MelWeightMatrix
    HannWindow HammingWindow BlackmanWindow Attention RMSNormalization RotaryEmbedding GroupNormalization Cast
    CastLike Range Size ArgMax TopK CumSum Trilu Tile Sin Cos Tan Asin Acos Atan Sinh Cosh Tanh Asinh Acosh Atanh
    Constant ConstantOfShape """.split()  # noqa: SIM905
)
BATCH = 150
# The ziglang wheel has no runtime of the sanitizers: the system's gcc or clang does it where it can, else a trap.
SANITIZE = ("-fsanitize=address,undefined", "-fno-sanitize-recover=all")
WARNINGS = ("-Wall", "-Wextra", "-Wconversion", "-Wsign-conversion", "-Wshadow", "-Werror")
TRAP = ("-fsanitize=undefined", "-fsanitize-trap=undefined")


@dataclass
class Case:
    """One official case, and what became of it."""

    name: str
    model: Any
    inputs: list[np.ndarray]
    outputs: list[np.ndarray]
    rtol: float
    atol: float
    state: str = "refused"
    why: str = ""
    bound: bool = False
    graph: Graph | None = None

    @property
    def operators(self) -> set[str]:
        return {node.op_type for node in self.model.graph.node}

    @property
    def listed(self) -> bool:
        opset = max((entry.version for entry in self.model.opset_import if not entry.domain), default=0)
        ordinary = all(_ordinary(a) for a in (*self.inputs, *self.outputs))
        return self.operators <= PROMISED and opset >= OLDEST_OPSET and ordinary


def _ordinary(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.dtype.name in DTYPES


def collect(*words: str) -> list[Case]:
    warnings.filterwarnings("ignore")
    from onnx.backend.test.case.node import collect_testcases

    cases = []
    for made in collect_testcases(None):
        if any(word in made.name for word in words):
            inputs, outputs = ([_array(a) for a in side] for side in made.data_sets[0])
            cases.append(Case(made.name, made.model, inputs, outputs, made.rtol, made.atol))
    return sorted(cases, key=lambda c: c.name)


def _array(value: Any) -> Any:
    from onnx import TensorProto, numpy_helper

    if isinstance(value, TensorProto):
        return numpy_helper.to_array(value)
    return np.asarray(value) if isinstance(value, np.generic) else value


def read(case: Case) -> None:
    """Turn a case into a graph, binding parameters where it must."""
    for bind in (False, True):
        try:
            model = _bound(case) if bind else case.model
            case.graph = from_onnx(model, case.name, "a node case of ONNX", where=case.name, allow=("float64",))
            case.bound, case.state = bind, "read"
            return
        except UnsupportedError as error:
            case.why = str(error)
            if "computed at run time" not in case.why:
                return
        except ModelError as error:
            case.state, case.why = "refused", f"ModelError {error}"
            return


def _bound(case: Case) -> Any:
    """Return the model with inputs that carry whole numbers of rank 0 or 1, or parameters, as constants."""
    from onnx import numpy_helper

    model = type(case.model)()
    model.CopyFrom(case.model)
    given = [v for v in model.graph.input if v.name not in {w.name for w in model.graph.initializer}]
    carried = {
        name
        for node in model.graph.node
        for i, name in enumerate(node.input)
        if i > 0 and (node.op_type in PARAMETERS or node.op_type in ("Pad", "Resize"))
    }
    carried |= {
        name
        for node in model.graph.node
        if node.op_type in ("Range", "ConstantOfShape", "MelWeightMatrix")
        for name in node.input
    }
    for value, array in zip(given, case.inputs, strict=False):
        small = isinstance(array, np.ndarray) and array.dtype.kind == "i" and array.ndim <= 1
        if small or (value.name in carried and isinstance(array, np.ndarray)):
            model.graph.initializer.append(numpy_helper.from_array(array, value.name))
    return model


def fed(case: Case) -> list[np.ndarray]:
    """Return the arrays of the inputs that are left."""
    assert case.graph is not None
    names = [v.name for v in case.model.graph.input if v.name not in {w.name for w in case.model.graph.initializer}]
    arrays = dict(zip(names, case.inputs, strict=False))
    return [np.asarray(arrays[n], case.graph.tensors[n].dtype) for n in case.graph.inputs]


def judge(case: Case, results: list[np.ndarray]) -> None:
    for expected, got in zip(case.outputs, results, strict=True):
        expected = np.asarray(expected)
        if expected.shape != got.shape:
            case.state, case.why = "wrong", f"shape {got.shape}, expected {expected.shape}"
            return
        if expected.dtype != got.dtype:
            case.state, case.why = "wrong", f"type {got.dtype}, expected {expected.dtype}"
            return
        if not np.allclose(got, expected, rtol=case.rtol, atol=_least(case, expected), equal_nan=True):
            with np.errstate(all="ignore"):
                gap = np.nanmax(np.abs(got.astype(np.float64) - expected.astype(np.float64)))
            case.state, case.why = "wrong", f"differs by {gap:.3g}"
            return
    case.state = "passed"


def _least(case: Case, expected: np.ndarray) -> float:
    """The case's tolerance, but at least four roundings of the largest value: the expected sums were rounded too."""
    if expected.dtype.kind != "f" or not np.isfinite(expected).any():
        return float(case.atol)
    largest = float(np.abs(expected[np.isfinite(expected)]).max())
    return max(float(case.atol), 4 * float(np.finfo(expected.dtype).eps) * largest)


def interpret(case: Case) -> None:
    assert case.graph is not None
    try:
        results = evaluate(case.graph, dict(zip(case.graph.inputs, fed(case), strict=True)))
        judge(case, [results[n] for n in case.graph.outputs])
    except Exception as error:
        case.state, case.why = "crashed", f"{type(error).__name__}: {error}"


def sanitizing_compiler() -> str:
    """Name a system compiler that links the address sanitizer; empty: none does."""
    with tempfile.TemporaryDirectory() as name:
        (Path(name) / "probe.c").write_text("int main(void) { return 0; }\n")
        for compiler in ("gcc", "clang"):
            command = [compiler, *SANITIZE, "probe.c", "-o", "probe"]
            if shutil.which(compiler) and not subprocess.run(command, cwd=name, capture_output=True).returncode:
                return compiler
    return ""


def build(sources: list[Path], folder: Path, flags: tuple[str, ...], compiler: str) -> None:
    """Build with the ziglang wheel, or with a system compiler; where warnings are errors, let gcc look too."""
    if not compiler:
        quiet = [] if "-Werror" in flags else ["-Wno-everything"]
        toolchain.build(sources, folder / "all", include=[folder], flags=["-O0", *quiet, *flags])
        if quiet or not shutil.which("gcc"):
            return
        compiler, flags = "gcc", (*flags, "-fsyntax-only")
    quiet = [] if "-Werror" in flags else ["-w"]
    ends = [] if "-fsyntax-only" in flags else ["-lm", "-o", "all"]
    command = [compiler, "-std=c11", "-O0", *quiet, *flags, f"-I{folder}", *map(str, sources), *ends]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ToolchainError(f"{compiler} failed (status {done.returncode}): {done.stderr[-2000:]}")


def compile_batch(cases: list[Case], folder: Path, flags: tuple[str, ...] = (), compiler: str = "") -> list[Case]:
    """Emit each case, and build all into one program that runs the case of a given number."""
    compiled = []
    for i, case in enumerate(cases):
        try:
            files = trial_files(case.graph.replace(name=f"case_{i}"), entry=f"main_{i}")
        except UnsupportedError as error:
            case.state, case.why = "refused", str(error)
            continue
        except Exception as error:  # a bug of ours: it counts, the others go on
            case.state, case.why = "crashed", f"{type(error).__name__}: {error}"
            continue
        for name, content in files.items():
            (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
        whole = folder / "sources" / f"whole_{i}.c"
        whole.parent.mkdir(exist_ok=True)
        whole.write_text("".join(f'#include "{name}"\n' for name in files if name.endswith(".c")))
        compiled.append(case)
        case.why = str(i)
    numbers = [int(case.why) for case in compiled]
    declared = "".join(f"int main_{i}(void);\n" for i in numbers)
    cases_c = "".join(f"    if (number == {i}) return main_{i}();\n" for i in numbers)
    number = "const int number = n > 1 ? atoi(v[1]) : -1;"
    main = f"#include <stdlib.h>\n{declared}int main(int n, char **v) {{\n    {number}\n{cases_c}    return 99;\n}}\n"
    (folder / "sources").mkdir(exist_ok=True)
    (folder / "sources" / "all.c").write_text(main)
    if compiled:
        build(sorted((folder / "sources").glob("*.c")), folder, flags, compiler)
    return compiled


def execute(case: Case, program: Path) -> None:
    number = case.why
    case.why = ""
    data = b"".join(np.ascontiguousarray(a).tobytes() for a in fed(case))
    status, out, words = toolchain.run(program, [number], stdin=data, seconds=60)
    tensors = [case.graph.tensors[n] for n in case.graph.outputs]
    if status or len(out) != sum(t.nbytes for t in tensors):
        case.state, case.why = "crashed", f"status {status}, {len(out)} bytes: {words[:200]}"
        return
    results, at = [], 0
    for t in tensors:
        results.append(np.frombuffer(out, t.dtype, t.size, at).reshape(t.shape))
        at += t.nbytes
    judge(case, results)


def run_all(cases: list[Case], *, interpreter: bool, flags: tuple[str, ...] = (), compiler: str = "") -> None:
    for case in cases:
        read(case)
    ready = [c for c in cases if c.state == "read"]
    if interpreter:
        for case in ready:
            interpret(case)
        return
    for begin in range(0, len(ready), BATCH):
        with tempfile.TemporaryDirectory() as name:
            batch = ready[begin : begin + BATCH]
            try:
                for case in compile_batch(batch, Path(name), flags, compiler):
                    execute(case, Path(name) / "all")
            except ToolchainError as error:
                raise SystemExit(f"cases {batch[0].name} to {batch[-1].name}: {error}") from error
        print(f"\r{min(begin + BATCH, len(ready))} of {len(ready)} cases", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)


def summary(cases: list[Case]) -> dict[str, Any]:
    counts = collections.Counter(c.state for c in cases)
    listed = [c for c in cases if c.listed]
    by_operator: dict[str, list[int]] = collections.defaultdict(lambda: [0, 0])
    for c in cases:
        for op in c.operators:
            by_operator[op][0] += c.state == "passed"
            by_operator[op][1] += 1
    return {
        "cases": len(cases),
        "supported": len(cases) - counts["refused"],
        "passed": counts["passed"],
        "wrong": counts["wrong"],
        "crashed": counts["crashed"],
        "listed": len(listed),
        "listed_passed": sum(c.state == "passed" for c in listed),
        "bound": sum(c.bound and c.state == "passed" for c in cases),
        "operators": {op: {"passed": p, "cases": n} for op, (p, n) in sorted(by_operator.items())},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--only", nargs="+", default=[""], help="cases whose name holds one of these")
    parser.add_argument("--interpreter", action="store_true", help="judge the numpy interpreter instead of the C")
    parser.add_argument(
        "--sanitize",
        action="store_true",
        help="crash on undefined behaviour of the C, and on what lies beyond a buffer where gcc or clang can tell",
    )
    parser.add_argument("--warnings", action="store_true", help="warnings about the C are errors, conversions included")
    parser.add_argument("--failures", action="store_true", help="list what is not passed, and why")
    asked = parser.parse_args()
    cases = collect(*asked.only)
    compiler = sanitizing_compiler() if asked.sanitize else ""
    flags = (SANITIZE if compiler else TRAP) if asked.sanitize else ()
    flags += WARNINGS if asked.warnings else ()
    run_all(cases, interpreter=asked.interpreter, flags=flags, compiler=compiler)
    made = summary(cases)
    if asked.sanitize:
        made["sanitizers"] = f"address and undefined, {compiler}" if compiler else "undefined"
    if asked.warnings:
        made["warnings"] = f"none of clang{' and gcc' if shutil.which('gcc') else ''}: {' '.join(WARNINGS)}"
    if asked.failures:
        for c in cases:
            if c.state != "passed":
                print(f"{c.state:8} {'listed' if c.listed else '      '} {c.name}: {c.why[:160]}")
    if asked.json:
        print(json.dumps(made, indent=1))
    else:
        print(", ".join(f"{k} {v}" for k, v in made.items() if k != "operators"))


if __name__ == "__main__":
    main()
