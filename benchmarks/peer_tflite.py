"""A graph of ours as a TensorFlow Lite model, written directly: TensorFlow and its converter are not needed.

It is written from the optimised graph, as the converter writes it: channels last, bias and activation inside the
convolution, a normalisation after an activation as a Mul and an Add, padding as an operator of its own where it is not
TensorFlow's "same". Recurrent layers are unrolled, as the converter does for Keras's `unroll=True`; the loop that it
writes otherwise is slower. Tensors of three axes get a fourth in front, for the convolutions.
"""

from __future__ import annotations

import numpy as np

from undertone.compiler.graph import Graph, Node

UNARY = {"Relu": "RELU", "Sigmoid": "LOGISTIC", "Tanh": "TANH", "Sqrt": "SQRT"}
BINARY = {"Add": "ADD", "Mul": "MUL", "Sub": "SUB"}
VIEWS = ("Flatten", "Reshape", "Squeeze", "Unsqueeze")


def to_tflite(graph: Graph) -> bytes:
    """Return the model of an optimised graph."""
    writer = Writer(graph)
    for node in graph.nodes:
        writer.take(node)
    return writer.model()


def wide(shape: tuple[int, ...]) -> tuple[int, ...]:
    return (1, *shape) if len(shape) == 3 else shape


class Writer:
    """Collects tensors and operators of one subgraph."""

    def __init__(self, graph: Graph) -> None:
        from ai_edge_litert import schema_py_generated as schema

        self.s, self.graph = schema, graph
        self.buffers, self.tensors, self.operators, self.codes = [schema.BufferT()], [], [], []
        self.at: dict[str, int] = {}
        for name in graph.inputs:
            self.at[name] = self.tensor(name, wide(graph.tensors[name].shape))

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

    def constant(self, array: np.ndarray) -> int:
        return self.tensor("constant", array.shape, array)

    def whole(self, *numbers: int) -> int:
        return self.constant(np.array(numbers, np.int32))

    def step(self, code: str, inputs: list[int], shape: tuple[int, ...], kind: str = "", **options: object) -> int:
        """Add an operator; return its output."""
        builtin = getattr(self.s.BuiltinOperator, code)
        if builtin not in [c.builtinCode for c in self.codes]:
            made = self.s.OperatorCodeT()
            made.builtinCode = builtin
            made.deprecatedBuiltinCode, made.version = min(builtin, 127), 1
            self.codes.append(made)
        o = self.s.OperatorT()
        o.opcodeIndex = [c.builtinCode for c in self.codes].index(builtin)
        out = self.tensor(f"t{len(self.tensors)}", shape)
        o.inputs, o.outputs = inputs, [out]
        if kind:
            o.builtinOptionsType = getattr(self.s.BuiltinOptions, kind)
            o.builtinOptions = getattr(self.s, f"{kind}T")()
            for name, value in options.items():
                setattr(o.builtinOptions, name, value)
        self.operators.append(o)
        return out

    def take(self, n: Node) -> None:
        shape = wide(self.graph.tensors[n.outputs[0]].shape)
        if n.op == "GRU":
            from peer_tflite_gru import unroll

            sequence, state = unroll(self, n)
            self.at |= dict(zip(n.outputs, (sequence, state), strict=True))
            return
        if n.op == "Conv":
            out = self.convolution(n, shape)
        elif n.op == "MatMul":
            out = self.product(n, shape)
        elif n.op in VIEWS:
            out = self.step("RESHAPE", [self.at[n.inputs[0]], self.whole(*shape)], shape, "ReshapeOptions",
                            newShape=list(shape))  # fmt: skip
        else:
            out = self.other(n, shape)
        self.at[n.outputs[0]] = out

    def activation(self, n: Node) -> int:
        kinds = self.s.ActivationFunctionType
        if "low" not in n.attributes:
            return kinds.NONE
        return kinds.RELU6 if n.get("high") == 6 else kinds.RELU

    def convolution(self, n: Node, shape: tuple[int, ...]) -> int:
        kernel = self.graph.constants[n.inputs[1]]
        size = wide(self.graph.tensors[n.inputs[0]].shape)
        rank = kernel.ndim - 2
        kernel = kernel[None] if rank == 1 else kernel
        strides = (1,) * (2 - rank) + tuple(n.get("strides", (1,) * rank))
        pads = tuple(n.get("pads", (0,) * 2 * rank))
        pads = (0, pads[0], 0, pads[1]) if rank == 1 else pads
        bias = self.vector(n, 2, kernel.shape[-1])
        x, padding = self.padded(self.at[n.inputs[0]], size, kernel.shape[:2], strides, pads)
        common = {"padding": padding, "strideH": strides[0], "strideW": strides[1], "dilationWFactor": 1,
                  "dilationHFactor": 1, "fusedActivationFunction": self.activation(n)}  # fmt: skip
        out = (*shape[:2], shape[2] * int(n.get("pool", 1)), shape[3])
        if n.get("pool"):
            out = (*shape[:2], size[2], shape[3])
        if int(n.get("group", 1)) == 1:
            weights = self.constant(np.moveaxis(kernel, -1, 0))
            y = self.step("CONV_2D", [x, weights, bias], out, "Conv2DOptions", **common)
        else:
            weights = self.constant(np.moveaxis(kernel, -2, 0))
            y = self.step(
                "DEPTHWISE_CONV_2D", [x, weights, bias], out, "DepthwiseConv2DOptions", depthMultiplier=1, **common
            )
        return self.pooled(n, self.scaled(n, y, out), shape)

    def padded(self, x: int, size, kernel, strides, pads) -> tuple[int, int]:
        """Say how TensorFlow pads it: valid, same, or by an operator before it."""
        same = []
        for n, k, s in zip(size[1:3], kernel, strides, strict=True):
            total = max((-(-n // s) - 1) * s + k - n, 0)
            same.append((total // 2, total - total // 2))
        if pads == (0, 0, 0, 0):
            return x, self.s.Padding.VALID
        if pads == (same[0][0], same[1][0], same[0][1], same[1][1]):
            return x, self.s.Padding.SAME
        amounts = np.array([[0, 0], [pads[0], pads[2]], [pads[1], pads[3]], [0, 0]], np.int32)
        shape = tuple(int(n + a.sum()) for n, a in zip(size, amounts, strict=True))
        return self.step("PAD", [x, self.constant(amounts)], shape, "PadOptions"), self.s.Padding.VALID

    def product(self, n: Node, shape: tuple[int, ...]) -> int:
        kernel = self.graph.constants[n.inputs[1]]
        inputs = [self.at[n.inputs[0]], self.constant(kernel.T), self.vector(n, 2, kernel.shape[1])]
        y = self.step(
            "FULLY_CONNECTED", inputs, shape, "FullyConnectedOptions", fusedActivationFunction=self.activation(n)
        )
        return self.scaled(n, y, shape)

    def vector(self, n: Node, i: int, width: int) -> int:
        given = len(n.inputs) > i and n.inputs[i]
        return self.constant(self.graph.constants[n.inputs[i]] if given else np.zeros(width, np.float32))

    def scaled(self, n: Node, y: int, shape: tuple[int, ...]) -> int:
        for code, i in (("MUL", 3), ("ADD", 4)):
            if len(n.inputs) > i:
                y = self.step(code, [y, self.vector(n, i, 0)], shape, f"{code.title()}Options")
        return y

    def pooled(self, n: Node, y: int, shape: tuple[int, ...]) -> int:
        if not n.get("pool"):
            return y
        k = int(n.get("pool"))
        window = {"padding": self.s.Padding.VALID, "strideW": k, "strideH": 1, "filterWidth": k, "filterHeight": 1}
        return self.step("MAX_POOL_2D", [y], shape, "Pool2DOptions", **window)

    def other(self, n: Node, shape: tuple[int, ...]) -> int:
        given = [self.at[i] if i in self.at else self.constant(self.graph.constants[i]) for i in n.inputs]
        before = self.graph.tensors[n.inputs[0]].shape
        further = len(wide(before)) - len(before)
        if n.op == "Relu" and self.operators[-1].outputs == given and self.operators[-1].builtinOptionsType == 11:
            self.operators[-1].builtinOptions.fusedActivationFunction = self.s.ActivationFunctionType.RELU
            return given[0]
        if n.op in UNARY:
            return self.step(UNARY[n.op], given, shape)
        if n.op in BINARY:
            return self.step(BINARY[n.op], given, shape, f"{n.op}Options")
        if n.op == "Softmax":
            return self.step("SOFTMAX", given, shape, "SoftmaxOptions", beta=1.0)
        if n.op == "Concat":
            axis = int(n.get("axis")) + further
            return self.step("CONCATENATION", given, shape, "ConcatenationOptions", axis=axis)
        if n.op == "Transpose":
            perm = (0,) * further + tuple(int(a) + further for a in n.get("perm"))
            return self.step("TRANSPOSE", [*given, self.whole(*perm)], shape, "TransposeOptions")
        if n.op == "Slice":
            begin = [0] * len(wide(before))
            for start, axis in zip(n.get("starts"), n.get("axes"), strict=True):
                begin[axis + further] = start
            return self.step("SLICE", [*given, self.whole(*begin), self.whole(*shape)], shape, "SliceOptions")
        if n.op in ("GlobalAveragePool", "ReduceMean"):
            axes = range(1, len(before) - 1) if n.op[0] == "G" else n.get("axes")
            inputs = [*given, self.whole(*(int(a) + further for a in axes))]
            return self.step("MEAN", inputs, shape, "ReducerOptions", keepDims=bool(n.get("keepdims", 1)))
        if n.op == "AveragePool":
            (h, w), (down, right) = n.get("kernel_shape"), n.get("strides")
            window = {"strideW": right, "strideH": down, "filterWidth": w, "filterHeight": h}
            return self.step("AVERAGE_POOL_2D", given, shape, "Pool2DOptions", padding=self.s.Padding.SAME, **window)
        raise ValueError(f"{n} has no form for LiteRT here")

    def model(self) -> bytes:
        import flatbuffers

        graph = self.s.SubGraphT()
        graph.tensors, graph.operators = self.tensors, self.operators
        graph.inputs = [self.at[n] for n in self.graph.inputs]
        graph.outputs = [self.at[n] for n in self.graph.outputs]
        model = self.s.ModelT()
        model.version, model.subgraphs, model.buffers, model.operatorCodes = 3, [graph], self.buffers, self.codes
        builder = flatbuffers.Builder(1 << 20)
        builder.Finish(model.Pack(builder), file_identifier=b"TFL3")
        return bytes(builder.Output())
