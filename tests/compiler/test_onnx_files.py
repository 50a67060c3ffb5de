"""ONNX files against ONNX Runtime, and malformed ones."""

from __future__ import annotations

import numpy as np
import pytest

from undertone.compiler import optimise, read_model, run
from undertone.errors import ModelError, UnsupportedError

from .conftest import floats, run_c

onnx = pytest.importorskip("onnx")
helper, numpy_helper, FLOAT = onnx.helper, onnx.numpy_helper, onnx.TensorProto.FLOAT


def model(nodes, weights, shape=("N", 20, 3), out=("n", "k"), opset=13, dtype=FLOAT):
    values = [numpy_helper.from_array(a, n) for n, a in weights.items()]
    inputs = [helper.make_tensor_value_info("x", dtype, shape)]
    graph = helper.make_graph(nodes, "net", inputs, [helper.make_tensor_value_info("y", dtype, out)], values)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=9)


def keras_like(rng):
    node = helper.make_node
    nodes = [
        node("Transpose", ["x"], ["a"], perm=[0, 2, 1]),
        node("Conv", ["a", "k", "b"], ["c"], auto_pad="SAME_UPPER"),
        node("Transpose", ["c"], ["d"], perm=[0, 2, 1]),
        node("Relu", ["d"], ["e"]),
        node("Transpose", ["e"], ["f"], perm=[0, 2, 1]),
        node("BatchNormalization", ["f", "n0", "n1", "n2", "n3"], ["g"]),
        node("MaxPool", ["g"], ["h"], kernel_shape=[2], strides=[2]),
        node("Transpose", ["h"], ["i"], perm=[0, 2, 1]),
        node("Shape", ["i"], ["s"]),
        node("Gather", ["s", "zero"], ["batch"]),
        node("Concat", ["batch", "rest"], ["shape"], axis=0),
        node("Reshape", ["i", "shape"], ["j"]),
        node("Dropout", ["j"], ["l"]),
        node("Gemm", ["l", "w", "wb"], ["m"], transB=1, alpha=0.5, beta=2.0),
        node("Softmax", ["m"], ["y"]),
    ]
    weights = {"k": floats(rng, 8, 3, 4), "b": floats(rng, 8), "w": floats(rng, 5, 80), "wb": floats(rng, 5)}
    weights |= {f"n{i}": np.abs(floats(rng, 8)) + 0.3 for i in range(4)}
    return nodes, {**weights, "zero": np.array([0]), "rest": np.array([-1])}


def test_a_network_as_keras_exports_it_equals_onnx_runtime(rng, tmp_path):
    runtime = pytest.importorskip("onnxruntime")
    made = model(*keras_like(rng))
    onnx.save(made, tmp_path / "net.onnx")
    x = floats(rng, 1, 20, 3)
    (expected,) = runtime.InferenceSession(made.SerializeToString()).run(None, {"x": x})
    graph = read_model(tmp_path / "net.onnx")
    assert np.abs(run(graph, x) - expected).max() < 1e-6
    lean = optimise(graph)
    assert [n.op for n in lean.nodes] == ["Conv", "Reshape", "MatMul", "Softmax"]
    (tmp_path / "c").mkdir()
    assert np.abs(run_c(graph, [x], tmp_path / "c")[0] - expected).max() < 1e-6


def refused(tmp_path, made, error=ModelError, name="net.onnx"):
    path = tmp_path / name
    path.write_bytes(made if isinstance(made, bytes) else made.SerializeToString())
    with pytest.raises(error) as caught:
        read_model(path)
    assert str(path) in str(caught.value)
    return str(caught.value)


def test_what_is_not_onnx_is_one_clear_error(rng, tmp_path):
    whole = model(*keras_like(rng)).SerializeToString()
    for data in (b"", b"not a network", whole[: len(whole) // 2], whole[:50], bytes(1000)):
        refused(tmp_path, data)


def test_loops_and_dangling_names_are_refused(tmp_path):
    loop = [helper.make_node("Relu", ["z"], ["y"]), helper.make_node("Relu", ["y"], ["z"])]
    refused(tmp_path, model(loop, {}))
    refused(tmp_path, model([helper.make_node("Add", ["x", "nowhere"], ["y"])], {}))


def test_weights_outside_of_the_folder_are_refused(tmp_path, rng):
    secret = tmp_path / "secret.bin"
    secret.write_bytes(bytes(4096))
    inside = tmp_path / "models"
    inside.mkdir()
    made = model([helper.make_node("Add", ["x", "w"], ["y"])], {"w": floats(rng, 1, 20, 3)})
    onnx.external_data_helper.set_external_data(made.graph.initializer[0], location="../secret.bin")
    made.graph.initializer[0].ClearField("raw_data")
    assert "outside of the model's folder" in refused(inside, made)


def test_what_we_lack_is_refused_by_name_and_node(tmp_path):
    words = refused(tmp_path, model([helper.make_node("Unique", ["x"], ["y"], name="alone")], {}), UnsupportedError)
    assert "'Unique'" in words and "'alone'" in words
    half = model([helper.make_node("Relu", ["x"], ["y"])], {}, dtype=onnx.TensorProto.FLOAT16)
    assert "float16" in refused(tmp_path, half, UnsupportedError)
    open_axis = model([helper.make_node("Relu", ["x"], ["y"])], {}, shape=("N", "time", 3))
    assert "axis 1 is open ('time')" in refused(tmp_path, open_axis, UnsupportedError)
    old = model([helper.make_node("Relu", ["x"], ["y"])], {}, opset=9)
    assert "opset 9" in refused(tmp_path, old, UnsupportedError)
    foreign = model([helper.make_node("Relu", ["x"], ["y"], domain="ai.acme")], {})
    foreign.opset_import.append(helper.make_opsetid("ai.acme", 1))
    assert "'ai.acme'" in refused(tmp_path, foreign, UnsupportedError)


@pytest.mark.parametrize(
    ("nodes", "weights"),
    [
        ([helper.make_node("Expand", ["x", "n"], ["y"])], {"n": [10**6, 10**6, 20, 3]}),
        ([helper.make_node("Tile", ["x", "n"], ["y"])], {"n": [10**6, 10**6, 3]}),
        ([helper.make_node("Pad", ["x", "n"], ["y"])], {"n": [0, 10**9, 0, 0, 0, 0]}),
        ([helper.make_node("ConstantOfShape", ["n"], ["y"])], {"n": [10**6, 10**6]}),
        ([helper.make_node("Range", ["a", "n", "b"], ["y"])], {"a": 0, "n": 10**12, "b": 1}),
    ],
)
def test_a_small_file_that_asks_for_terabytes_is_refused(nodes, weights, tmp_path):
    made = model(nodes, {n: np.array(v, np.int64) for n, v in weights.items()})
    assert "a tensor may have" in refused(tmp_path, made)


def test_an_input_without_end_is_refused(tmp_path):
    node = [helper.make_node("Relu", ["x"], ["y"])]
    assert "a tensor may have" in refused(tmp_path, model(node, {}, shape=(1, 2**40, 3)))


def test_constants_that_grow_step_by_step_are_refused(tmp_path):
    nodes = [helper.make_node("ConstantOfShape", ["n"], [f"c{i}"]) for i in range(6)]
    nodes += [helper.make_node("Concat", [f"c{i}" for i in range(6)], ["s"], axis=0)]
    nodes.append(helper.make_node("Add", ["x", "s"], ["y"]))
    made = model(nodes, {"n": np.array([1 << 26], np.int64)})
    assert "computes from constants" in refused(tmp_path, made)
