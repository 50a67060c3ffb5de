"""Pipelines as scikit-learn's exporter writes them, against scikit-learn and ONNX Runtime."""

from __future__ import annotations

import numpy as np
import pytest

from undertone.compiler import read_model, run
from undertone.errors import UnsupportedError

onnx = pytest.importorskip("onnx")
pytest.importorskip("sklearn")
from sklearn.linear_model import LogisticRegression, Ridge  # noqa: E402
from sklearn.neural_network import MLPClassifier  # noqa: E402
from sklearn.preprocessing import StandardScaler  # noqa: E402
from sklearn.svm import SVC, SVR  # noqa: E402

helper, numpy_helper, P = onnx.helper, onnx.numpy_helper, onnx.TensorProto
LABELS = np.array(["angry", "calm", "happy", "sad"])


def rows(rng, classes=4):
    y = rng.integers(0, classes, 120)
    return (rng.normal(size=(120, 6)) + y[:, None] * rng.normal(size=6)).astype(np.float32), y


def ml(op, inputs, outputs, **attributes):
    return helper.make_node(op, inputs, outputs, name=op.lower(), domain="ai.onnx.ml", **attributes)


def scaler(x):
    fitted = StandardScaler().fit(x)
    return fitted, ml("Scaler", ["x"], ["scaled"], offset=fitted.mean_.tolist(), scale=(1 / fitted.scale_).tolist())


def saved(nodes, path, *, scores="scores", label=True, weights=(), features=6):
    outputs = [helper.make_tensor_value_info("label", P.STRING, ["N"])] if label else []
    outputs.append(helper.make_tensor_value_info(scores, P.FLOAT, ["N", None]))
    if nodes[-1].op_type == "ZipMap":
        entry = helper.make_map_type_proto(P.STRING, helper.make_tensor_type_proto(P.FLOAT, []))
        outputs[-1] = helper.make_value_info(scores, helper.make_sequence_type_proto(entry))
    x = helper.make_tensor_value_info("x", P.FLOAT, [None, features])
    graph = helper.make_graph(nodes, "pipeline", [x], outputs, list(weights))
    sets = [helper.make_opsetid("", 18), helper.make_opsetid("ai.onnx.ml", 3)]
    onnx.save(helper.make_model(graph, opset_imports=sets, ir_version=9), path)
    return path


def rho_and_friends(model, kind):
    params = [float(model._gamma), float(model.coef0), float(model.degree)]
    return {"kernel_type": kind, "kernel_params": params, "support_vectors": model.support_vectors_.ravel().tolist()}


@pytest.mark.parametrize("classes", [2, 4])
def test_a_scaled_logistic_regression_gives_its_probabilities(classes, rng, tmp_path):
    x, y = rows(rng, classes)
    fitted, first = scaler(x)
    model = LogisticRegression().fit(fitted.transform(x), LABELS[y])
    coefficients, bias = model.coef_, model.intercept_
    if classes == 2:  # the exporter writes both sides of one line
        coefficients, bias = np.vstack([-coefficients, coefficients]), np.concatenate([-bias, bias])
    settings = {"coefficients": coefficients.ravel().tolist(), "intercepts": bias.tolist(), "multi_class": 1}
    settings["post_transform"] = "LOGISTIC" if classes == 2 else "SOFTMAX"
    labels = model.classes_.tolist()
    nodes = [
        first,
        ml("LinearClassifier", ["scaled"], ["label", "raw"], classlabels_strings=labels, **settings),
        ml("Normalizer", ["raw"], ["probabilities"], norm="L1"),
        ml("ZipMap", ["probabilities"], ["scores"], classlabels_strings=labels),
    ]
    graph = read_model(saved(nodes, tmp_path / "p.onnx"))
    assert np.abs(run(graph, x) - model.predict_proba(fitted.transform(x))).max() < 1e-5


def test_a_perceptron_gives_its_probabilities_and_its_strings_are_left_out(rng, tmp_path):
    x, y = rows(rng)
    model = MLPClassifier((5,), max_iter=30).fit(x, LABELS[y])
    weights = {f"w{i}": a.astype(np.float32) for i, a in enumerate(model.coefs_)}
    weights |= {f"b{i}": a.astype(np.float32) for i, a in enumerate(model.intercepts_)}
    node = helper.make_node
    nodes = [
        node("MatMul", ["x", "w0"], ["h0"]),
        node("Add", ["h0", "b0"], ["h1"]),
        node("Relu", ["h1"], ["h2"]),
        node("MatMul", ["h2", "w1"], ["h3"]),
        node("Add", ["h3", "b1"], ["h4"]),
        node("Softmax", ["h4"], ["probabilities"], axis=1),
        node("ArgMax", ["probabilities"], ["best"], axis=1),
        ml("ArrayFeatureExtractor", ["classes", "best"], ["label"]),
        ml("ZipMap", ["probabilities"], ["scores"], classlabels_strings=LABELS.tolist()),
    ]
    held = [numpy_helper.from_array(a, n) for n, a in weights.items()]
    held.append(helper.make_tensor("classes", P.STRING, [4], [w.encode() for w in LABELS]))
    graph = read_model(saved(nodes, tmp_path / "p.onnx", weights=held))
    assert np.abs(run(graph, x) - model.predict_proba(x)).max() < 1e-5


@pytest.mark.parametrize("kernel", ["linear", "rbf", "poly", "sigmoid"])
def test_a_support_vector_machine_gives_the_scores_of_its_pairs(kernel, rng, tmp_path):
    runtime = pytest.importorskip("onnxruntime")
    x, y = rows(rng)
    x = x / 4
    model = SVC(kernel=kernel, decision_function_shape="ovo", coef0=0.5).fit(x, LABELS[y])
    settings = rho_and_friends(model, kernel.upper())
    settings |= {"coefficients": model.dual_coef_.ravel().tolist(), "rho": model.intercept_.tolist()}
    settings |= {"vectors_per_class": model.n_support_.tolist(), "classlabels_strings": LABELS.tolist()}
    path = saved([ml("SVMClassifier", ["x"], ["label", "scores"], **settings)], tmp_path / "p.onnx")
    (theirs,) = runtime.InferenceSession(path).run(["scores"], {"x": x})
    ours = run(read_model(path), x)
    assert np.abs(ours - model.decision_function(x)).max() < 1e-4
    assert np.abs(ours - theirs).max() < 1e-4


def test_regressors_give_their_values(rng, tmp_path):
    x, y = rows(rng)
    x, value = x / 4, (y + rng.normal(size=len(y))).astype(np.float32)
    vectors, line = SVR(kernel="rbf").fit(x, value), Ridge().fit(x, value)
    settings = rho_and_friends(vectors, "RBF") | {"rho": vectors.intercept_.tolist()}
    settings |= {"coefficients": vectors.dual_coef_.ravel().tolist(), "n_supports": len(vectors.support_)}
    path = saved([ml("SVMRegressor", ["x"], ["scores"], **settings)], tmp_path / "p.onnx", label=False)
    assert np.abs(run(read_model(path), x).ravel() - vectors.predict(x)).max() < 1e-4
    settings = {"coefficients": line.coef_.tolist(), "intercepts": [float(line.intercept_)]}
    path = saved([ml("LinearRegressor", ["x"], ["scores"], **settings)], tmp_path / "p.onnx", label=False)
    assert np.abs(run(read_model(path), x).ravel() - line.predict(x)).max() < 1e-4


def test_what_is_not_read_of_scikit_learn_is_named(rng, tmp_path):
    settings = {"vectors_per_class": [2, 2], "prob_a": [1.0], "prob_b": [0.0], "classlabels_ints": [0, 1]}
    path = saved([ml("SVMClassifier", ["x"], ["label", "scores"], **settings)], tmp_path / "p.onnx")
    with pytest.raises(UnsupportedError, match=r"SVC\(probability=False\)"):
        read_model(path)
    path = saved([ml("FeatureVectorizer", ["x"], ["scores"])], tmp_path / "p.onnx", label=False)
    with pytest.raises(UnsupportedError, match=r"'FeatureVectorizer' is of the domain 'ai\.onnx\.ml'"):
        read_model(path)
