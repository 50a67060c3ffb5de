"""Every operator's C against its numpy, all in one program; and its numpy against the official cases of ONNX."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from undertone.compiler import evaluate
from undertone.compiler.graph import Tensor
from undertone.compiler.importers.builder import GraphBuilder
from undertone.compiler.operators import OPERATORS
from undertone.compiler.operators.reduce import REDUCTIONS

from .conftest import floats, run_c

NEAR_ONE = ("Acos", "Asin", "Atanh", "Erf", "Sigmoid", "Tanh", "Sin", "Cos", "Tan", "Atan", "Sinh", "Cosh", "Asinh")
PLAIN = (
    "Abs",
    "Neg",
    "Sign",
    "Floor",
    "Ceil",
    "Round",
    "Relu",
    "Softplus",
    "Softsign",
    "Mish",
    "HardSwish",
    "IsNaN",
    "IsInf",
)
SHAPED = ("LeakyRelu", "Elu", "Selu", "Celu", "Gelu", "HardSigmoid", "ThresholdedRelu", "Shrink", "Swish")
PAIRS = ("Add", "Sub", "Mul", "Div", "Max", "Min", "Sum", "Mean", "Mod", "PRelu")
COMPARED = ("Equal", "Less", "LessOrEqual", "Greater", "GreaterOrEqual")
# Made of others, computed when the model is read, or covered by the tests of convolutions and files.
ELSEWHERE = {"Gemm", "Range", "ConstantOfShape", "MelWeightMatrix", "Shape", "Size"}


def every_operator(rng) -> tuple[GraphBuilder, list[str], dict[str, np.ndarray]]:
    b = GraphBuilder("every", "a network of the tests")
    x, row = b.input("x", Tensor((2, 3, 4))), b.input("row", Tensor((3, 1)))
    above = b.input("above", Tensor((2, 3, 4)))
    feed = {"x": floats(rng, 2, 3, 4) * 1.2, "row": floats(rng, 3, 1), "above": np.abs(floats(rng, 2, 3, 4)) + 1.1}
    feed["x"] = np.clip(feed["x"], -0.95, 0.95)
    out = [b.add(op, [x], op) for op in (*NEAR_ONE, *PLAIN, *SHAPED)]
    out += [b.add(op, [above], op) for op in ("Exp", "Log", "Sqrt", "Reciprocal", "Acosh")]
    out += [b.add(op, [x, row], op) for op in (*PAIRS, *COMPARED)]
    less, more = out[-4], out[-2]
    out += [b.add(op, [less, more], op) for op in ("And", "Or", "Xor")]
    out += [b.add("Not", [less], "Not"), b.add("Where", [less, x, row], "Where"), b.add("Pow", [above, x], "Pow")]
    out += [b.add(op, [above], op, axes=(0, 2), keepdims=k) for k, op in enumerate(("ReduceMax", "ReduceMin"))]
    out += [b.add(op, [above], f"{op}_1", axes=(1,), keepdims=0) for op in REDUCTIONS]
    out += [b.add(op, [x], op, axis=1) for op in ("ArgMax", "ArgMin", "CumSum", "Softmax", "LogSoftmax")]
    out += [b.add("Cast", [x], "Cast", to=9), b.add("CastLike", [less, x], "CastLike")]
    out += [b.add("Clip", [x, b.constant("low", np.array(-0.1, np.float32))], "Clip")]
    out += [b.add("Concat", [x, above], "Concat", axis=-1), b.add("Transpose", [x], "Transpose", perm=(2, 0, 1))]
    out += [b.add("Gather", [x, b.constant("at", np.array([2, -3, 99, -99]))], "Gather", axis=1)]
    out += [b.add("Slice", [x], "Slice", starts=(3, 0), ends=(-9, 2), axes=(2, 1), steps=(-2, 1))]
    out += [b.add("Expand", [row], "Expand", shape=(2, 3, 5)), b.add("Tile", [row], "Tile", repeats=(2, 3))]
    out += [
        b.add("Pad", [x], f"Pad_{m}", pads=(0, 1, 2, 1, 0, 1), mode=m) for m in ("constant", "edge", "reflect", "wrap")
    ]
    out += [
        b.add("Trilu", [x], "Trilu", k=1),
        b.add("TopK", [x], "TopK", k=2),
        b.add("Split", [x], "Split", split=(1, 1)),
    ]
    out += [b.add(op, [x], op) for op in ("GlobalAveragePool", "GlobalMaxPool")]
    out += [
        b.add("Reshape", [x], "Reshape", shape=(4, -1)),
        b.add("Flatten", [x], "Flatten"),
        b.add("Identity", [x], "Identity"),
    ]
    out += [b.add("Squeeze", [row], "Squeeze", axes=(1,)), b.add("Unsqueeze", [row], "Unsqueeze", axes=(0,))]
    ones = b.constant("ones", np.array([1.5, 0.5, 2], np.float32))
    out += [b.add("InstanceNormalization", [x, ones, ones], "InstanceNormalization")]
    out += [b.add("BatchNormalization", [x, ones, ones, ones, ones], "BatchNormalization")]
    out += [
        b.add("Einsum", [x, above], "Einsum", equation="bij,bkj->bik"),
        b.add("MatMul", [x, b.add("Transpose", [above], "t", perm=(0, 2, 1))], "MatMul"),
    ]
    out += [b.add("Resize", [x], f"Resize_{m}", scales=(1.0, 2.0, 1.5), mode=m) for m in ("nearest", "linear")]
    scale, zero = b.constant("scale", np.array(0.02, np.float32)), b.constant("zero", np.array(3, np.int8))
    out += [b.add("QuantizeLinear", [x, scale, zero], "QuantizeLinear")]
    out += [b.add("DequantizeLinear", [out[-1], scale, zero], "DequantizeLinear")]
    whole = [out[-2], scale, zero]
    turned = [b.add("Transpose", whole[:1], "whole_turned", perm=(0, 2, 1)), scale, zero]
    kernel = b.constant("integers", rng.integers(-99, 99, (4, 3, 2)).astype(np.int8))
    out += [b.add("QLinearMatMul", [*whole, *turned, scale, zero], "QLinearMatMul")]
    out += [b.add("QLinearConv", [*whole, kernel, scale, zero, scale, zero], "QLinearConv", pads=(1, 0))]
    out += fixed_operators(b, x, scale)
    out += [
        b.add("ConvTranspose", [x, b.constant("ct", floats(rng, 3, 2, 3))], "ConvTranspose", strides=(2,), pads=(1, 0))
    ]
    out += [
        b.add("Conv", [x, b.constant("c", floats(rng, 5, 3, 2))], "Conv"),
        b.add("Conv", [x, b.add("Exp", [b.constant("ck", floats(rng, 2, 3, 2))], "ek")], "Conv2"),
    ]
    line = b.add("Reshape", [x], "line", shape=(1, 24, 1))
    kernels = [b.constant(f"pair{n}", floats(rng, *shape)) for n, shape in enumerate(((3, 1, 5), (4, 5, 2)))]
    out += [b.add("ConvPair", [line, *kernels], "ConvPair", layout="last", pads=(1, 2), tile=2, lean=(3, 4, 32))]
    out += [b.add(op, [x], op, kernel_shape=(2,), pads=(1, 0)) for op in ("MaxPool", "AveragePool")]
    out += [b.add("Resize", [x], "wide", scales=(1.0, 1.0, 0.6), mode="cubic", antialias=1, exclude_outside=1)]
    own = b.add("BatchNormalization", [x, ones, ones, ones, ones], "own", training_mode=1, momentum=0.7)
    out += [own, *b.nodes[-1].outputs[1:]]
    out += [b.add("Dropout", [x], "Dropout")]
    for op, gates in (("RNN", 1), ("GRU", 3), ("LSTM", 4)):
        names = [b.constant(f"{op}_{i}", floats(rng, 2, gates * 5, n)) for i, n in enumerate((4, 5))]
        names.append(b.constant(f"{op}_b", floats(rng, 2, gates * 10)))
        out.append(b.add(op, [x, *names], op, direction="bidirectional", hidden_size=5))
    real = b.add("Unsqueeze", [x], "real", axes=(3,))
    signal = b.add("Reshape", [x], "signal", shape=(2, 12, 1))
    out += [
        b.add("DFT", [real], "DFT", axis=2, onesided=1),
        b.add("STFT", [signal], "STFT", frame_length=4, frame_step=2),
    ]
    return b, out, feed


def fixed_operators(b: GraphBuilder, x: str, scale: str) -> list[str]:
    zero = b.constant("zero_byte", np.array(120, np.uint8))
    q = b.add("QuantizeLinear", [x, scale, zero], "q")
    ends = [b.constant("times", np.array([7, -3], np.int32)), b.constant("plus", np.array([5000, 90000], np.int64))]
    weights = b.constant("wk", np.arange(-12, 12).reshape(3, 4, 2).astype(np.int8))
    matrix = b.constant("wm", np.arange(-4, 4).reshape(4, 2).astype(np.int8) * 9)
    bias = b.constant("wb", np.array([-9, 300], np.int32))
    last = {"layout": "last", "pads": (1, 1), "zero": 120}
    pair = {"first": 300, "second": -200, "offset": 40_000, "shift": 9}
    return [
        b.add("FixedConv", [q, weights, bias, *ends], "FixedConv", shift=9, pool=2, relu=1, **last),
        b.add("FixedConv", [q, weights, bias], "FixedConv_sums", **last),
        b.add("FixedMatMul", [q, matrix, bias, *ends], "FixedMatMul", shift=10, ceiling=200),
        b.add("FixedMean", [q], "FixedMean", axes=(1,), keepdims=0, multiplier=300, offset=-9000, shift=10),
        b.add("FixedAdd", [q, q], "FixedAdd", **pair),
        b.add("FixedMul", [q, q], "FixedMul", multiplier=77, **{**pair, "first": 120, "second": 7}),
        b.add("Lookup", [q, b.constant("table", np.arange(255, -1, -1).astype(np.uint8))], "Lookup"),
    ]


def test_every_operators_c_equals_its_numpy(rng, tmp_path):
    b, out, feed = every_operator(rng)
    graph = b.graph(out)
    assert {n.op for n in graph.nodes} | ELSEWHERE == set(OPERATORS), "an operator has no row here"
    expected = evaluate(graph, feed)
    got = run_c(graph, [feed[n] for n in graph.inputs], tmp_path, flags=("-O1",))
    for name, array in zip(graph.outputs, got, strict=True):
        assert np.allclose(array, expected[name], rtol=1e-4, atol=1e-5, equal_nan=True), name


@pytest.mark.slow
def test_no_operators_c_has_undefined_behaviour(rng, tmp_path):
    b, out, feed = every_operator(rng)
    graph = b.graph(out)
    trap = ("-O1", "-fsanitize=undefined", "-fsanitize-trap=undefined")  # a trap needs no runtime library
    assert len(run_c(graph, [feed[n] for n in graph.inputs], tmp_path, flags=trap)) == len(out)


@pytest.mark.slow
def test_the_numpy_of_operators_passes_the_official_cases():
    path = Path(__file__).parents[2] / "benchmarks/operators.py"
    spec = importlib.util.spec_from_file_location("operator_cases", path)
    made = importlib.util.module_from_spec(spec)
    import sys

    sys.modules[spec.name] = made
    spec.loader.exec_module(made)
    cases = made.collect("")
    made.run_all(cases, interpreter=True)
    found = made.summary(cases)
    assert found["wrong"] == found["crashed"] == 0
    assert found["passed"] >= 1000
