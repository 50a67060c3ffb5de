"""ONNX files to graphs, opset 13 and newer.

One walk over the nodes in their order: shapes are known as soon as a node is met, so what depends on shapes and
constants alone (Shape, Gather and Concat before a Reshape, ...) is computed on the way and never becomes a node.
Inputs that only carry a shape, axes or bounds become attributes. An open batch axis is 1; any other open axis is
refused.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import numpy as np

from undertone.compiler.graph import DTYPES, Array, Attribute, Graph, Node, Tensor, fresh
from undertone.compiler.importers.onnx_forms import settle
from undertone.compiler.importers.onnx_functions import expand
from undertone.compiler.importers.onnx_ml import plain
from undertone.compiler.operators import infer
from undertone.compiler.operators.operator import MISFITS, bounded, lookup
from undertone.compiler.passes.dead_code import drop_dead_code
from undertone.compiler.spec import check
from undertone.errors import MissingExtraError, ModelError, UnsupportedError

OLDEST_OPSET = 13
FILE_BYTES = 2 << 30
COMPUTED_BYTES = 1 << 28  # that a model may compute from constants, and as much again as four times its weights
DOMAINS = ("", "ai.onnx")


def read_onnx(path: Path) -> Graph:
    """Read a .onnx file; see `undertone.compiler.read_model`."""
    if importlib.util.find_spec("onnx") is None:
        raise MissingExtraError("reading ONNX files", "onnx", "compile")
    import onnx

    where = str(path)
    if path.stat().st_size > FILE_BYTES:
        raise ModelError(f"{where}: larger than {FILE_BYTES} bytes, which is more than an ONNX file can be")
    try:
        model = onnx.load(where, load_external_data=False)
        _inside(model, path)
        onnx.load_external_data_for_model(model, str(path.parent.resolve()))
        onnx.checker.check_model(model)
    except ModelError:
        raise
    except Exception as error:  # protobuf and onnx raise classes of their own, of many kinds
        words = " ".join(str(error).split())[:300]
        raise ModelError(
            f"{where}: not a whole ONNX model: {type(error).__name__}: {words}; export it again"
        ) from error
    return from_onnx(model, path.stem, f"{path.name}, an ONNX model", where=where)


def from_onnx(model: Any, name: str, source: str, *, where: str, allow: tuple[str, ...] = ()) -> Graph:
    """Turn an ``onnx.ModelProto`` into a graph.

    Parameters
    ----------
    model : onnx.ModelProto
        Its weights inside.
    name, source : str
        Of the graph.
    where : str
        What errors name.
    allow : tuple of str
        Types beyond those of audio networks that may pass: "float64".

    Raises
    ------
    ModelError, UnsupportedError
        See `undertone.compiler.read_model`.
    """
    try:
        _check_opset(model)
        model = expand(plain(model))
        walk = _Walk(name, source, allow)
        walk.take(model.graph)
        return check(drop_dead_code(walk.graph(model.graph)))
    except ModelError as error:
        raise error if where in str(error) else type(error)(f"{where}: {error}") from error
    except (*MISFITS, RecursionError) as error:
        raise ModelError(
            f"{where}: a malformed ONNX model: {type(error).__name__}: {str(error)[:200]}; export it again"
        ) from error


class _Walk:
    """What is known so far: shapes and types of all names, values of those that are constant."""

    def __init__(self, name: str, source: str, allow: tuple[str, ...]) -> None:
        self.name, self.source, self.allow = name, source, allow
        self.inputs: list[str] = []
        self.nodes: list[Node] = []
        self.tensors: dict[str, Tensor] = {}
        self.constants: dict[str, Array] = {}
        self.room = COMPUTED_BYTES

    def take(self, graph: Any) -> None:
        from onnx import numpy_helper

        for weight in graph.initializer:
            self.know(weight.name, self._array(numpy_helper.to_array(weight), weight.name))
        self.room += 4 * sum(array.nbytes for array in self.constants.values())
        if graph.sparse_initializer:
            raise UnsupportedError("sparse weights are not read; export them dense")
        for value in graph.input:
            if value.name not in self.constants:
                self.inputs.append(value.name)
                self.tensors[value.name] = _declared(value, self.allow)
        for i, node in enumerate(graph.node):
            self.step(node, i)

    def know(self, name: str, array: Array) -> None:
        self.constants[name], self.tensors[name] = array, Tensor.of(array)

    def step(self, proto: Any, number: int) -> None:
        label = proto.name or next((o for o in proto.output if o), "") or f"{proto.op_type}_{number}"
        if proto.domain not in DOMAINS:
            raise UnsupportedError(
                f"node {label!r}: operator {proto.op_type!r} is of the domain {proto.domain!r}; export plain ONNX"
            )
        for name in proto.input:
            if name and name not in self.tensors:
                raise ModelError(
                    f"node {label!r} reads {name!r}, which nothing before it gives: a loop or a dangling name"
                )
        node = Node(proto.op_type, _trimmed(proto.input), _trimmed(proto.output), _attributes(proto, label), label)
        if node.op == "Constant":
            self.know(node.outputs[0], self._array(_constant(proto), label))
            return
        node = settle(node, self.tensors, self.constants)
        tensors = [self.tensors[n] if n else None for n in node.inputs]
        values = [self.constants.get(n) for n in node.inputs]
        given = infer(node, tensors, values)
        node = node.replace(outputs=self._all_outputs(node, len(given)))
        known = all(not n or n in self.constants for n in node.inputs)
        if known or (node.op in ("Shape", "Size") and tensors[0] is not None):
            stand_ins = [
                v if v is not None or t is None else np.zeros(t.shape, t.dtype)
                for v, t in zip(values, tensors, strict=True)
            ]
            self.room -= sum(tensor.nbytes for tensor in given)
            if self.room < 0:
                raise ModelError(f"{node}: what the model computes from constants is far larger than the model")
            for name, array in zip(node.outputs, lookup(node).compute(node, stand_ins), strict=False):
                if name:
                    self.know(name, np.asarray(array))
            return
        for name, tensor in zip(node.outputs, given, strict=False):
            self._allowed(tensor.dtype, label)
            if name:
                self.tensors[name] = tensor
        self.nodes.append(node)

    def _all_outputs(self, node: Node, number: int) -> tuple[str, ...]:
        """Give outputs that the model leaves out a name: a node always gives all that its operator gives."""
        if len(node.outputs) > number:
            raise UnsupportedError(f"{node}: {node.op} gives {number} outputs here, {len(node.outputs)} are asked for")
        names = (*node.outputs, *("",) * (number - len(node.outputs)))
        return tuple(n or fresh(f"{node.name}_unused_{i}", self.tensors) for i, n in enumerate(names))

    def graph(self, proto: Any) -> Graph:
        outputs = [value.name for value in proto.output]
        for name in outputs:
            if name not in self.tensors:
                raise ModelError(f"output {name!r} is not given by anything")
        return Graph(
            self.name, tuple(self.inputs), tuple(outputs), tuple(self.nodes), self.tensors, self.constants, self.source
        )

    def _array(self, array: Array, label: str) -> Array:
        self._allowed(array.dtype.name, label)
        return np.array(array)

    def _allowed(self, dtype: str, label: str) -> None:
        if dtype not in DTYPES or (dtype == "float64" and dtype not in self.allow):
            raise UnsupportedError(f"{label!r} is of type {dtype}; export the model in float32")


def _check_opset(model: Any) -> None:
    opset = next((entry.version for entry in model.opset_import if entry.domain in DOMAINS), 0)
    if opset < OLDEST_OPSET and not all(_unchanged(node.op_type, opset) for node in model.graph.node):
        raise UnsupportedError(f"the model is of opset {opset}; export it with opset {OLDEST_OPSET} or newer")


def _unchanged(op: str, opset: int) -> bool:
    """Say whether an operator means the same in an old opset as in the oldest that is read."""
    from onnx import defs

    try:
        return bool(defs.get_schema(op, opset).since_version == defs.get_schema(op, OLDEST_OPSET).since_version)
    except defs.SchemaError:
        return False


def _inside(model: Any, path: Path) -> None:
    """Weights in other files must lie in the model's own folder."""
    folder = path.parent.resolve()
    from onnx.external_data_helper import _get_all_tensors, uses_external_data

    for weight in _get_all_tensors(model):
        if uses_external_data(weight):
            place = next((entry.value for entry in weight.external_data if entry.key == "location"), "")
            if not place or not (folder / place).resolve().is_relative_to(folder):
                raise ModelError(f"{path}: weight {weight.name!r} lies at {place!r}, outside of the model's folder")


def _declared(value: Any, allow: tuple[str, ...]) -> Tensor:
    from onnx import helper

    kind = value.type.tensor_type
    if not value.type.HasField("tensor_type"):
        raise UnsupportedError(f"input {value.name!r} is not a tensor")
    dtype = np.dtype(helper.tensor_dtype_to_np_dtype(kind.elem_type)).name
    if dtype not in DTYPES or (dtype == "float64" and dtype not in allow):
        raise UnsupportedError(f"input {value.name!r} is of type {dtype}; export the model in float32")
    if not kind.HasField("shape"):
        raise UnsupportedError(f"input {value.name!r} has no shape; export the model with fixed shapes")
    shape = []
    for axis, size in enumerate(kind.shape.dim):
        if size.HasField("dim_value"):
            shape.append(int(size.dim_value))
        elif axis == 0:
            shape.append(1)
        else:
            raise UnsupportedError(
                f"input {value.name!r}: axis {axis} is open ({size.dim_param!r}); export it with a fixed size"
            )
    return bounded(f"input {value.name!r}", Tensor(tuple(shape), dtype))


def _attributes(proto: Any, label: str) -> dict[str, Attribute]:
    from onnx import AttributeProto, helper

    if proto.op_type == "Constant":
        return {}
    attributes: dict[str, Attribute] = {}
    for attribute in proto.attribute:
        value = helper.get_attribute_value(attribute)
        if attribute.type in (AttributeProto.GRAPH, AttributeProto.GRAPHS):
            raise UnsupportedError(
                f"node {label!r}: {proto.op_type} holds a graph of its own; export the model without control flow"
            )
        if attribute.type in (AttributeProto.TENSOR, AttributeProto.TENSORS, AttributeProto.SPARSE_TENSOR):
            from onnx import numpy_helper

            attributes[f"{attribute.name}_type"] = int(value.data_type)
            value = [v.item() for v in numpy_helper.to_array(value).ravel()]
        if isinstance(value, bytes):
            value = value.decode()
        if isinstance(value, list):
            value = tuple(v.decode() if isinstance(v, bytes) else v for v in value)
        attributes[attribute.name] = value
    return attributes


def _constant(proto: Any) -> Array:
    from onnx import helper, numpy_helper

    attribute = proto.attribute[0]
    value = helper.get_attribute_value(attribute)
    kinds: dict[str, Any] = {
        "value_float": np.float32,
        "value_floats": np.float32,
        "value_int": np.int64,
        "value_ints": np.int64,
    }
    if attribute.name == "value":
        return np.asarray(numpy_helper.to_array(value))
    if attribute.name not in kinds:
        raise UnsupportedError(f"node {proto.name!r}: a constant by {attribute.name!r} is not read")
    return np.asarray(value, kinds[attribute.name])


def _trimmed(names: Any) -> tuple[str, ...]:
    """Drop absent optionals at the end."""
    listed = list(names)
    while listed and not listed[-1]:
        listed.pop()
    return tuple(listed)
