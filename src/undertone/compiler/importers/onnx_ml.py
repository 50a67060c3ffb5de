"""Pipelines of scikit-learn in ONNX: operators of the domain ``ai.onnx.ml`` are written out in plain ones.

A classifier gives a label and scores; the scores stay, in the order of the classes, and the label (a string or a
number, the largest score's) is left to the caller. Scaler, Normalizer, Binarizer, linear models and support vector
machines are read, and what networks need of ZipMap and ArrayFeatureExtractor: nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from undertone.compiler.graph import Array
from undertone.errors import ModelError, UnsupportedError

DOMAIN = "ai.onnx.ml"
LEAST = 1e-30  # instead of a norm of 0
CURVES = {"NONE": "", "LOGISTIC": "Sigmoid", "SOFTMAX": "Softmax"}


def plain(model: Any) -> Any:
    """Return the model without operators of ``ai.onnx.ml``, as far as they are known; others are left as they are."""
    if not any(node.domain == DOMAIN for node in model.graph.node):
        return model
    full = type(model)()
    full.CopyFrom(model)
    _keep_scores(full.graph)
    writer = _Writer(full.graph)
    for node in list(full.graph.node):
        if node.domain == DOMAIN and node.op_type in LOWERED:
            settings = _settings(node)
            LOWERED[node.op_type](writer, node, settings)
        else:
            writer.nodes.append(node)
    del full.graph.node[:]
    full.graph.node.extend(writer.nodes)
    return full


def _keep_scores(graph: Any) -> None:
    """Drop outputs that are labels, where scores are there too, and all that only labels need."""
    from onnx import TensorProto

    zipped = {node.output[0]: node.input[0] for node in graph.node if node.op_type == "ZipMap"}
    scores = []
    for value in graph.output:
        kind = value.type.tensor_type.elem_type
        if value.name in zipped or kind == TensorProto.FLOAT:
            scores.append(zipped.get(value.name, value.name))
    if not scores:
        return
    needed, nodes = set(scores), []
    for node in reversed(graph.node):
        if needed & set(node.output) and node.op_type != "ZipMap":
            needed |= set(node.input)
            nodes.append(node)
    kept = [v for v in graph.initializer if v.name in needed]
    for field, values in ((graph.node, nodes[::-1]), (graph.initializer, kept)):
        copies = [type(v).FromString(v.SerializeToString()) for v in values]
        del field[:]
        field.extend(copies)
    del graph.output[:]
    for name in dict.fromkeys(scores):
        graph.output.add(name=name).type.tensor_type.elem_type = TensorProto.FLOAT


def _settings(node: Any) -> dict[str, Any]:
    from onnx import helper

    found = {a.name: helper.get_attribute_value(a) for a in node.attribute}
    return {k: v.decode() if isinstance(v, bytes) else v for k, v in found.items()}


class _Writer:
    """Plain nodes and weights that stand for a node."""

    def __init__(self, graph: Any) -> None:
        self.graph, self.nodes, self.number = graph, list[Any](), 0

    def weight(self, array: Any) -> str:
        from onnx import numpy_helper

        self.number += 1
        name = f"ml_weight_{self.number}"
        self.graph.initializer.append(numpy_helper.from_array(np.asarray(array, np.float32), name))
        return name

    def add(self, op: str, inputs: list[str], out: str = "", **attributes: Any) -> str:
        from onnx import helper

        self.number += 1
        out = out or f"ml_value_{self.number}"
        self.nodes.append(helper.make_node(op, inputs, [out], name=out, **attributes))
        return out


def _floats(settings: dict[str, Any], name: str, *shape: int) -> Array:
    """Read an attribute of numbers as an array; -1 is as many as there are."""
    return np.asarray(settings.get(name, ()), np.float32).reshape(shape)


def _scaler(w: _Writer, node: Any, s: dict[str, Any]) -> None:
    centred = w.add("Sub", [node.input[0], w.weight(_floats(s, "offset", -1))])
    w.add("Mul", [centred, w.weight(_floats(s, "scale", -1))], node.output[0])


def _normalizer(w: _Writer, node: Any, s: dict[str, Any]) -> None:
    norm = str(s.get("norm", "MAX"))
    op = {"L1": "ReduceL1", "L2": "ReduceL2", "MAX": "ReduceMax"}.get(norm)
    if op is None:
        raise UnsupportedError(f"node {node.name!r}: normalises by {norm!r}; L1, L2 and MAX are known")
    size = w.add(op, [node.input[0]], axes=[-1], keepdims=1)
    w.add("Div", [node.input[0], w.add("Max", [size, w.weight(LEAST)])], node.output[0])


def _binarizer(w: _Writer, node: Any, s: dict[str, Any]) -> None:
    above = w.add("Greater", [node.input[0], w.weight(float(s.get("threshold", 0.0)))])
    w.add("Cast", [above], node.output[0], to=1)


def _curved(w: _Writer, node: Any, s: dict[str, Any], y: str, out: str) -> None:
    name = str(s.get("post_transform", "NONE"))
    if name not in CURVES:
        raise UnsupportedError(f"node {node.name!r}: post_transform {name!r} is not read; {', '.join(CURVES)} are")
    w.add(CURVES[name] or "Identity", [y], out, **({"axis": -1} if name == "SOFTMAX" else {}))


def _linear_classifier(w: _Writer, node: Any, s: dict[str, Any]) -> None:
    classes = len(s.get("classlabels_strings", ())) or len(s.get("classlabels_ints", ()))
    bias = _floats(s, "intercepts", -1)
    if bias.size not in (0, classes) or classes < 2 or not s.get("coefficients"):
        raise UnsupportedError(
            f"node {node.name!r}: {bias.size} rows for {classes} classes; export one row of coefficients a class"
        )
    y = w.add("MatMul", [node.input[0], w.weight(_floats(s, "coefficients", classes, -1).T)])
    y = w.add("Add", [y, w.weight(bias)]) if bias.size else y
    _curved(w, node, s, y, node.output[1])


def _linear_regressor(w: _Writer, node: Any, s: dict[str, Any]) -> None:
    targets = int(s.get("targets", 1))
    y = w.add("MatMul", [node.input[0], w.weight(_floats(s, "coefficients", targets, -1).T)])
    bias = _floats(s, "intercepts", -1)
    y = w.add("Add", [y, w.weight(bias)]) if bias.size else y
    _curved(w, node, s, y, node.output[0])


def _kernels(w: _Writer, node: Any, s: dict[str, Any], number: int) -> str:
    """Compare an input with each support vector: (1, features) -> (1, vectors)."""
    kind, vectors = str(s.get("kernel_type", "LINEAR")), _floats(s, "support_vectors", number, -1)
    gamma, offset, degree = (float(v) for v in s.get("kernel_params") or (0, 0, 0))
    x = node.input[0]
    dot = w.add("MatMul", [x, w.weight(vectors.T)])
    if kind == "LINEAR":
        return dot
    if kind == "RBF":  # |x - v|^2 = |x|^2 + |v|^2 - 2 x.v
        own = w.add("ReduceSumSquare", [x], axes=[-1], keepdims=1)
        far = w.add("Add", [own, w.weight((vectors.astype(np.float64) ** 2).sum(axis=1))])
        far = w.add("Sub", [far, w.add("Mul", [dot, w.weight(2)])])
        return w.add("Exp", [w.add("Mul", [far, w.weight(-gamma)])])
    shifted = w.add("Add", [w.add("Mul", [dot, w.weight(gamma)]), w.weight(offset)])
    if kind == "SIGMOID":
        return w.add("Tanh", [shifted])
    if kind == "POLY":
        return w.add("Pow", [shifted, w.weight(degree)])
    raise UnsupportedError(f"node {node.name!r}: kernel {kind!r} is not read; LINEAR, RBF, POLY and SIGMOID are")


def _vector_regressor(w: _Writer, node: Any, s: dict[str, Any]) -> None:
    number = int(s.get("n_supports", 0))
    if number < 1 or s.get("one_class"):
        raise UnsupportedError(f"node {node.name!r}: a regressor with support vectors is read, of one target")
    y = w.add("MatMul", [_kernels(w, node, s, number), w.weight(_floats(s, "coefficients", number, 1))])
    _curved(w, node, s, w.add("Add", [y, w.weight(_floats(s, "rho", -1)[:1])]), node.output[0])


def _vector_classifier(w: _Writer, node: Any, s: dict[str, Any]) -> None:
    """One score for each pair of classes i < j: the vectors of i with coefficient row j - 1, those of j with row i."""
    per = [int(n) for n in s.get("vectors_per_class", ())]
    classes = len(per)
    if classes < 3 or s.get("prob_a"):
        raise UnsupportedError(
            f"node {node.name!r}: a support vector machine with probabilities or of 2 classes is not read; export "
            "SVC(probability=False), LinearSVC or LogisticRegression"
        )
    ends, number = np.cumsum([0, *per]), sum(per)
    rows = _floats(s, "coefficients", classes - 1, number)
    pairs = [(i, j) for i in range(classes) for j in range(i + 1, classes)]
    matrix = np.zeros((number, len(pairs)), np.float32)
    for column, (i, j) in enumerate(pairs):
        matrix[ends[i] : ends[i + 1], column] = rows[j - 1, ends[i] : ends[i + 1]]
        matrix[ends[j] : ends[j + 1], column] = rows[i, ends[j] : ends[j + 1]]
    rho = _floats(s, "rho", -1)
    if rho.size != len(pairs):
        raise ModelError(f"node {node.name!r}: {rho.size} values of rho for {len(pairs)} pairs of classes")
    y = w.add("Add", [w.add("MatMul", [_kernels(w, node, s, number), w.weight(matrix)]), w.weight(rho)])
    _curved(w, node, s, y, node.output[1])


LOWERED: dict[str, Callable[[_Writer, Any, dict[str, Any]], None]] = {
    "Binarizer": _binarizer,
    "LinearClassifier": _linear_classifier,
    "LinearRegressor": _linear_regressor,
    "Normalizer": _normalizer,
    "SVMClassifier": _vector_classifier,
    "SVMRegressor": _vector_regressor,
    "Scaler": _scaler,
}
