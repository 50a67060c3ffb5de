"""Forms of one operator that need a path of their own, against ONNX Runtime or ONNX's reference."""

from __future__ import annotations

import numpy as np
import pytest

from undertone.compiler import evaluate
from undertone.compiler.importers.onnx_file import from_onnx
from undertone.errors import ModelError, UnsupportedError

from .conftest import floats, run_c

onnx = pytest.importorskip("onnx")
helper, numpy_helper = onnx.helper, onnx.numpy_helper


def network(nodes, weights, outputs, *, shape, kind=np.float32, opset=21):
    dtype = helper.np_dtype_to_tensor_dtype(np.dtype(kind))
    values = [numpy_helper.from_array(np.asarray(a), n) for n, a in weights.items()]
    results = [helper.make_tensor_value_info(n, d, None) for n, d in outputs.items()]
    inputs = [helper.make_tensor_value_info("x", dtype, shape)]
    graph = helper.make_graph(nodes, "net", inputs, results, values)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=9)


def read(model):
    return from_onnx(model, "net", "a test", where="net.onnx")


@pytest.mark.parametrize("order", [0, 1])
def test_a_max_pool_says_where_its_largest_lie(order, rng, tmp_path):
    runtime = pytest.importorskip("onnxruntime")
    settings = {"kernel_shape": [3, 2], "strides": [2, 1], "pads": [1, 1, 1, 0], "storage_order": order}
    node = helper.make_node("MaxPool", ["x"], ["y", "i"], **settings)
    model = network([node], {}, {"y": 1, "i": 7}, shape=(2, 3, 7, 5))
    x = floats(rng, 2, 3, 7, 5)
    expected = runtime.InferenceSession(model.SerializeToString()).run(None, {"x": x})
    graph = read(model)
    for got in (evaluate(graph, {"x": x}).values(), run_c(graph, [x], tmp_path, flags=("-O1",))):
        for ours, theirs in zip(got, expected, strict=True):
            assert np.array_equal(ours, theirs)


def test_a_dropout_is_dropped_and_a_training_one_refused(rng):
    x = floats(rng, 1, 4)
    weights = {"ratio": np.float32(0.5), "no": np.array(False), "yes": np.array(True)}
    quiet = [helper.make_node("Dropout", ["x", "ratio", "no"], ["d", "m"]), helper.make_node("Relu", ["d"], ["y"])]
    graph = read(network(quiet, weights, {"y": 1, "m": 9}, shape=(1, 4)))
    found = evaluate(graph, {"x": x})
    assert np.array_equal(found["y"], np.maximum(x, 0)) and found["m"].all()
    loud = [helper.make_node("Dropout", ["x", "ratio", "yes"], ["y"])]
    with pytest.raises(UnsupportedError, match="in training mode; export the model for inference"):
        read(network(loud, weights, {"y": 1}, shape=(1, 4)))


def test_a_mel_matrix_of_the_graph_is_a_constant(rng):
    from onnx.reference import ReferenceEvaluator

    weights = {"n": np.int64(12), "l": np.int64(400), "r": np.int64(8000), "a": np.float32(30), "b": np.float32(3900)}
    nodes = [helper.make_node("MelWeightMatrix", [*weights], ["w"]), helper.make_node("MatMul", ["x", "w"], ["y"])]
    model = network(nodes, weights, {"y": 1}, shape=(2, 201))
    x = np.abs(floats(rng, 2, 201))
    graph = read(model)
    (expected,) = ReferenceEvaluator(model).run(None, {"x": x})
    assert [n.op for n in graph.nodes] == ["MatMul"]
    assert np.allclose(evaluate(graph, {"x": x})["y"], expected, rtol=1e-5)


@pytest.mark.parametrize(
    ("node", "weights"),
    [
        (
            helper.make_node("GRU", ["x", "w", "r"], ["y"], hidden_size=4),
            {"w": np.zeros((1, 12, 2)), "r": np.zeros((1, 12, 4))},
        ),
        (helper.make_node("STFT", ["x", "n", "w", "n"], ["y"]), {"n": np.int64(2), "w": np.zeros(9)}),
        (helper.make_node("InstanceNormalization", ["x", "w", "w"], ["y"]), {"w": np.zeros(1)}),
        (helper.make_node("QuantizeLinear", ["x", "w"], ["y"], axis=2), {"w": np.ones(2)}),
    ],
)
def test_weights_smaller_than_what_the_c_would_read_are_refused(node, weights):
    arrays = {n: a.astype(np.float32) if a.dtype == np.float64 else a for n, a in weights.items()}
    with pytest.raises(ModelError, match=r"must have|fit"):
        read(network([node], arrays, {"y": 1}, shape=(2, 8, 3 if node.op_type != "STFT" else 1)))
