"""A network of ours for the peers: the same weights as an ONNX model and as a TensorFlow Lite model.

Sequential networks of convolutions over time, as Keras has them: channels last. ONNX Runtime gets them channels
first, which is what its kernels want; LiteRT gets convolutions of height 1.
"""

from __future__ import annotations

import numpy as np

from undertone.compiler.graph import Graph
from undertone.compiler.operators.batch_normalization import scale_and_shift


def to_onnx(graph: Graph) -> bytes:
    """Return an ONNX model with the input's axes as (1, channels, time)."""
    from onnx import TensorProto, helper, numpy_helper

    weights, nodes = [], []
    (_, time, width), classes = graph.tensors[graph.inputs[0]].shape, graph.tensors[graph.outputs[0]].shape[-1]

    def keep(name: str, array: np.ndarray) -> str:
        weights.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    flat = False
    for n in graph.nodes:
        c = {i: graph.constants[i] for i in n.inputs if i in graph.constants}
        if n.op == "Conv":
            kernel = keep(f"{n.name}_first", np.moveaxis(next(iter(c.values())), (-1, -2), (0, 1)))
            nodes.append(helper.make_node("Conv", [n.inputs[0], kernel], n.outputs, pads=n.get("pads")))
            continue
        wide = n.op == "Add" and not flat
        given = [n.inputs[0], *(keep(f"{n.name}_{i}", a.reshape(-1, 1) if wide else a) for i, a in c.items())]
        if n.op == "MaxPool":
            window = {"kernel_shape": n.get("kernel_shape"), "strides": n.get("strides")}
            nodes.append(helper.make_node("MaxPool", given, n.outputs, **window))
        elif n.op == "BatchNormalization":
            nodes.append(helper.make_node(n.op, given, n.outputs, epsilon=n.get("epsilon")))
        elif n.op == "Reshape":
            flat = True
            turned = f"{n.name}_turned"
            nodes.append(helper.make_node("Transpose", given, [turned], perm=[0, 2, 1]))
            nodes.append(helper.make_node("Reshape", [turned, keep(f"{n.name}_shape", np.array([1, -1]))], n.outputs))
        elif n.op in ("Add", "MatMul", "Relu", "Softmax"):
            nodes.append(helper.make_node(n.op, given, n.outputs))
        else:
            raise ValueError(f"{n} has no form for the peers")
    value = helper.make_tensor_value_info
    inputs = [value(graph.inputs[0], TensorProto.FLOAT, [1, width, time])]
    made = helper.make_graph(nodes, "net", inputs, [value(graph.outputs[0], TensorProto.FLOAT, [1, classes])], weights)
    return bytes(helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=9).SerializeToString())


def to_tflite(graph: Graph) -> bytes:
    """Return a TensorFlow Lite model with the input's axes as (1, 1, time, channels), as its converter makes them.

    The bias and the activation lie in the convolution; a normalisation after an activation stays a Mul and an Add.
    """
    writer = _Tflite(graph)
    for node in graph.nodes:
        writer.take(node)
    return writer.model()


class _Tflite:
    def __init__(self, graph: Graph) -> None:
        from ai_edge_litert import schema_py_generated as schema

        self.s, self.graph = schema, graph
        self.buffers, self.tensors, self.operators, self.codes = [schema.BufferT()], [], [], []
        _, time, width = graph.tensors[graph.inputs[0]].shape
        self.at = self.tensor("in", (1, 1, time, width))
        self.first = self.at
        self.shape: tuple[int, ...] = (1, 1, time, width)

    def tensor(self, name: str, shape: tuple[int, ...], array: np.ndarray | None = None) -> int:
        t = self.s.TensorT()
        t.name, t.shape, t.buffer = name, list(shape), 0
        t.type = self.s.TensorType.FLOAT32 if array is None or array.dtype == np.float32 else self.s.TensorType.INT32
        if array is not None:
            buffer = self.s.BufferT()
            buffer.data = np.frombuffer(np.ascontiguousarray(array).tobytes(), np.uint8)
            self.buffers.append(buffer)
            t.buffer = len(self.buffers) - 1
        self.tensors.append(t)
        return len(self.tensors) - 1

    def step(self, code: str, inputs: list[int], shape: tuple[int, ...], kind: str, **options: object) -> None:
        builtin = getattr(self.s.BuiltinOperator, code)
        if builtin not in [c.builtinCode for c in self.codes]:
            made = self.s.OperatorCodeT()
            made.builtinCode = builtin
            made.deprecatedBuiltinCode, made.version = min(builtin, 127), 1
            self.codes.append(made)
        o = self.s.OperatorT()
        o.opcodeIndex = [c.builtinCode for c in self.codes].index(builtin)
        self.shape = shape
        out = self.tensor(f"t{len(self.tensors)}", shape)
        o.inputs, o.outputs = inputs, [out]
        o.builtinOptionsType = getattr(self.s.BuiltinOptions, kind)
        o.builtinOptions = getattr(self.s, f"{kind}T")()
        for name, value in options.items():
            setattr(o.builtinOptions, name, value)
        self.operators.append(o)
        self.at = out

    def take(self, n) -> None:
        c = [self.graph.constants[i] for i in n.inputs if i in self.graph.constants]
        none, relu = self.s.ActivationFunctionType.NONE, self.s.ActivationFunctionType.RELU
        if n.op == "Conv":
            kernel = np.moveaxis(c[0], -1, 0)[:, None]
            zero = self.tensor("zero", (len(kernel),), np.zeros(len(kernel), np.float32))
            inputs = [self.at, self.tensor("kernel", kernel.shape, kernel), zero]
            same = {"padding": self.s.Padding.SAME, "fusedActivationFunction": none}
            steps = dict.fromkeys(("strideW", "strideH", "dilationWFactor", "dilationHFactor"), 1)
            self.step("CONV_2D", inputs, (*self.shape[:3], len(kernel)), "Conv2DOptions", **same, **steps)
        elif n.op == "MatMul":
            zero = self.tensor("zero", c[0].shape[1:], np.zeros(c[0].shape[1], np.float32))
            inputs = [self.at, self.tensor("kernel", c[0].T.shape, c[0].T), zero]
            shape = (1, c[0].shape[1])
            self.step("FULLY_CONNECTED", inputs, shape, "FullyConnectedOptions", fusedActivationFunction=none)
        elif n.op == "Add":
            last = self.operators[-1]
            self.tensors[last.inputs[2]] = self.tensors[self.tensor("bias", c[0].shape, c[0])]
        elif n.op == "Relu":
            self.operators[-1].builtinOptions.fusedActivationFunction = relu
        elif n.op == "BatchNormalization":
            for code, values in zip(("MUL", "ADD"), scale_and_shift(n, *c), strict=True):
                inputs = [self.at, self.tensor(code, values.shape, values)]
                self.step(code, inputs, self.shape, f"{code.title()}Options", fusedActivationFunction=none)
        elif n.op == "MaxPool":
            k = n.get("kernel_shape")[0]
            window = {"padding": self.s.Padding.VALID, "strideW": k, "strideH": 1, "filterWidth": k, "filterHeight": 1}
            shape = (1, 1, self.shape[2] // k, self.shape[3])
            self.step("MAX_POOL_2D", [self.at], shape, "Pool2DOptions", fusedActivationFunction=none, **window)
        elif n.op == "Reshape":
            shape = (1, int(np.prod(self.shape)))
            inputs = [self.at, self.tensor("shape", (2,), np.array(shape, np.int32))]
            self.step("RESHAPE", inputs, shape, "ReshapeOptions", newShape=list(shape))
        elif n.op == "Softmax":
            self.step("SOFTMAX", [self.at], self.shape, "SoftmaxOptions", beta=1.0)
        else:
            raise ValueError(f"{n} has no form for LiteRT here")

    def model(self) -> bytes:
        import flatbuffers

        graph = self.s.SubGraphT()
        graph.tensors, graph.operators = self.tensors, self.operators
        graph.inputs, graph.outputs = [self.first], [self.at]
        model = self.s.ModelT()
        model.version, model.subgraphs, model.buffers, model.operatorCodes = 3, [graph], self.buffers, self.codes
        builder = flatbuffers.Builder(1 << 20)
        builder.Finish(model.Pack(builder), file_identifier=b"TFL3")
        return bytes(builder.Output())
