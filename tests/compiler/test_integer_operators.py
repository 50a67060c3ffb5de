"""QLinearConv and QLinearMatMul against ONNX Runtime, bit by bit, in the numpy and in the C."""

from __future__ import annotations

import numpy as np
import pytest

from undertone.compiler import read_model, run
from undertone.errors import UnsupportedError

from .conftest import run_c

onnx = pytest.importorskip("onnx")
runtime = pytest.importorskip("onnxruntime")
helper, numpy_helper = onnx.helper, onnx.numpy_helper


def saved(node, weights, path, *, kind, shape):
    values = [numpy_helper.from_array(np.asarray(a), n) for n, a in weights.items()]
    dtype = helper.np_dtype_to_tensor_dtype(np.dtype(kind))
    x = helper.make_tensor_value_info("x", dtype, shape)
    y = helper.make_tensor_value_info("y", dtype, [None] * len(shape))
    graph = helper.make_graph([node], "net", [x], [y], values)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=9), path)
    return path


def agrees(path, x, folder):
    (expected,) = runtime.InferenceSession(path).run(None, {"x": x})
    graph = read_model(path)
    assert np.array_equal(run(graph, x), expected)
    assert np.array_equal(run_c(graph, [x], folder, flags=("-O1",))[0], expected)


NAMES = ("x", "xs", "xz", "w", "ws", "wz", "ys", "yz")


@pytest.mark.parametrize(("kind", "attributes"), [
    (np.uint8, {"group": 2, "pads": [1, 2, 0, 1], "strides": [2, 1], "dilations": [1, 2]}),
    (np.int8, {"auto_pad": "SAME_UPPER"}),
])  # fmt: skip
def test_qlinear_conv_equals_onnx_runtime(kind, attributes, rng, tmp_path):
    limits, inside = np.iinfo(kind), 4 // attributes.get("group", 1)
    x = rng.integers(limits.min, limits.max, (1, 4, 9, 8), kind, endpoint=True)
    w = rng.integers(-127, 127, (6, inside, 3, 2), np.int8, endpoint=True)
    weights = {"xs": np.float32(0.021), "xz": kind(3), "w": w}
    weights |= {"ws": rng.uniform(0.001, 0.01, 6).astype(np.float32), "wz": np.zeros(6, np.int8)}
    weights |= {"ys": np.float32(0.05), "yz": kind(7), "b": rng.integers(-999, 999, 6).astype(np.int32)}
    node = helper.make_node("QLinearConv", [*NAMES, "b"], ["y"], kernel_shape=[3, 2], **attributes)
    agrees(saved(node, weights, tmp_path / "q.onnx", kind=kind, shape=x.shape), x, tmp_path)


def test_qlinear_matmul_equals_onnx_runtime(rng, tmp_path):
    x = rng.integers(0, 255, (1, 5, 16), np.uint8, endpoint=True)
    weights = {"xs": np.float32(0.02), "xz": np.uint8(128), "w": rng.integers(-127, 127, (16, 7), np.int8)}
    weights |= {"ws": rng.uniform(0.001, 0.01, 7).astype(np.float32), "wz": np.zeros(7, np.int8)}
    weights |= {"ys": np.float32(0.04), "yz": np.uint8(100)}
    node = helper.make_node("QLinearMatMul", [*NAMES], ["y"])
    agrees(saved(node, weights, tmp_path / "q.onnx", kind=np.uint8, shape=x.shape), x, tmp_path)


def test_scales_of_other_shapes_are_refused(rng, tmp_path):
    weights = {"xs": np.full((1, 5, 1), 0.02, np.float32), "xz": np.zeros((1, 5, 1), np.uint8)}
    weights |= {"w": np.zeros((16, 7), np.int8), "ws": np.float32(1), "wz": np.int8(0), "ys": np.float32(1)}
    node = helper.make_node("QLinearMatMul", [*NAMES], ["y"])
    path = saved(node, {**weights, "yz": np.uint8(0)}, tmp_path / "q.onnx", kind=np.uint8, shape=(1, 5, 16))
    with pytest.raises(UnsupportedError, match=r"scale or zero point of shape \(1, 5, 1\)"):
        read_model(path)
