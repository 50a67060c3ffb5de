"""The peers' networks in integers: ONNX Runtime's by its own quantiser, LiteRT's written from ours.

LiteRT's converter needs TensorFlow, which is not installed here. So its model gets our ranges, weights and corrected
biases, and its own arithmetic: int8 values, int8 weights with a step a channel, int32 sums, logits in int8. That
flatters its error if our ranges are better than its converter's, and costs it no time.
"""

from __future__ import annotations

import contextlib
import logging
import sys
import tempfile
from pathlib import Path

import numpy as np

from peer_onnx import to_onnx
from peer_tflite import Writer, wide
from undertone.compiler import Graph, optimise
from undertone.compiler.graph import Node
from undertone.compiler.passes.quantise_ranges import Steps, steps_of


def onnx_int8(graph: Graph, rows: np.ndarray) -> bytes:
    """Quantise by ONNX Runtime: percentiles of the rows, weights by channel, unsigned activations (QDQ)."""
    from onnxruntime import quantization

    class Reader(quantization.CalibrationDataReader):
        def __init__(self, name: str, shape: tuple[int, ...]) -> None:
            self.left = iter([{name: row.reshape(shape)} for row in rows.astype(np.float32)])

        def get_next(self):
            return next(self.left, None)

    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory() as folder:
        plain, ready, out = (Path(folder) / f"{name}.onnx" for name in ("plain", "ready", "out"))
        plain.write_bytes(to_onnx(graph))
        quantization.quant_pre_process(str(plain), str(ready), skip_symbolic_shape=True)
        import onnx

        value = onnx.load(ready).graph.input[0]
        shape = tuple(d.dim_value for d in value.type.tensor_type.shape.dim)
        with contextlib.redirect_stdout(sys.stderr):  # it tells its progress on stdout, where the report goes
            quantization.quantize_static(
                str(ready),
                str(out),
                Reader(value.name, shape),
                per_channel=True,
                activation_type=quantization.QuantType.QUInt8,
                weight_type=quantization.QuantType.QInt8,
                calibrate_method=quantization.CalibrationMethod.Percentile,
                extra_options={"CalibPercentile": 99.99},
            )
        return out.read_bytes()


def tflite_int8(graph: Graph, quantised: Graph, rows: np.ndarray) -> bytes:
    """Write a network of convolutions in a row, as `quantise` made it, for LiteRT.

    Raises
    ------
    ValueError
        It has other operators.
    """
    lean = optimise(graph)
    writer = _Integers(quantised, [n for n in lean.nodes if n.op in ("Conv", "MatMul")], lean)
    logits = next(n for n in lean.nodes if n.op == "MatMul")
    writer.logits = _logit_steps(lean, logits, rows)
    for node in quantised.nodes:
        if node.op in ("Reshape", "FixedConv", "FixedMatMul") and node.inputs[0] not in writer.steps:
            raise ValueError(f"{node} comes before the bytes; it has no form in LiteRT's integers here")
        writer.take(node)
    return writer.model()


def _logit_steps(lean: Graph, node: Node, rows: np.ndarray) -> Steps:
    from undertone.compiler import run

    cut = lean.replace(outputs=node.outputs)
    return steps_of([run(cut, row) for row in rows])


class _Integers(Writer):
    """int8 is our unsigned byte less 128."""

    def __init__(self, graph: Graph, products: list[Node], lean: Graph) -> None:
        super().__init__(graph)
        self.products, self.lean, self.steps = iter(products), lean, {}
        self.logits = Steps(1.0, 0)

    def marked(self, at: int, kind: str, scales, zero: int = 0, axis: int = 0) -> int:
        """Give a tensor its type and its steps."""
        q = self.s.QuantizationParametersT()
        scales = np.atleast_1d(np.asarray(scales, np.float32))
        q.scale, q.zeroPoint, q.quantizedDimension = scales, np.full(len(scales), zero, np.int64), axis
        self.tensors[at].quantization, self.tensors[at].type = q, getattr(self.s.TensorType, kind)
        return at

    def bytes(self, at: int, steps: Steps) -> int:
        return self.marked(at, "INT8", steps.step, steps.zero - 128)

    def take(self, n: Node) -> None:
        shape, x = wide(self.graph.tensors[n.outputs[0]].shape), self.at.get(n.inputs[0], 0)
        c = self.graph.constants
        if n.op == "QuantizeLinear":
            steps = Steps(float(c[n.inputs[1]]), int(c[n.inputs[2]]))
            out = self.bytes(self.step("QUANTIZE", [x], shape, "QuantizeOptions"), steps)
        elif n.op == "FixedConv":
            out, steps = self.convolved(n, x, shape)
        elif n.op == "Reshape":
            steps = self.steps[n.inputs[0]]
            given = [x, self.whole(*shape)]
            out = self.bytes(self.step("RESHAPE", given, shape, "ReshapeOptions", newShape=list(shape)), steps)
        elif n.op == "FixedMatMul":
            kernel, steps = c[n.inputs[1]], self.logits
            inputs = [x, *self.weights(n, kernel.T, self.steps[n.inputs[0]])]
            none = self.s.ActivationFunctionType.NONE
            code, kind = "FULLY_CONNECTED", "FullyConnectedOptions"
            out = self.bytes(self.step(code, inputs, shape, kind, fusedActivationFunction=none), steps)
            self.operators[-1].builtinOptions.asymmetricQuantizeInputs = False
        elif n.op == "DequantizeLinear":
            out, steps = self.step("DEQUANTIZE", [x], shape, "DequantizeOptions"), None
        elif n.op == "Softmax":
            out, steps = self.step("SOFTMAX", [x], shape, "SoftmaxOptions", beta=1.0), None
        else:
            raise ValueError(f"{n} has no form in LiteRT's integers here")
        self.at[n.outputs[0]], self.steps[n.outputs[0]] = out, steps

    def weights(self, n: Node, kernel: np.ndarray, given: Steps) -> tuple[int, int]:
        """Channels out first; the width of a channel's step is that of the float weights."""
        real = self.lean.constants[next(self.products).inputs[1]]
        self.width = np.abs(real.reshape(-1, real.shape[-1])).max(axis=0) / 127
        k = self.marked(self.tensor("kernel", kernel.shape, np.ascontiguousarray(kernel)), "INT8", self.width)
        sums = kernel.reshape(len(kernel), -1).astype(np.int64).sum(axis=1)
        bias = (self.graph.constants[n.inputs[2]] + given.zero * sums).astype(np.int32)
        return k, self.marked(self.constant(bias), "INT32", given.step * self.width)

    def convolved(self, n: Node, x: int, shape: tuple[int, ...]) -> tuple[int, Steps]:
        given = self.steps[n.inputs[0]]
        inputs = [x, *self.weights(n, np.moveaxis(self.graph.constants[n.inputs[1]], -1, 0)[:, None], given)]
        factor = self.graph.constants[n.inputs[3]] / 2.0 ** n.get("shift")
        at = int(np.abs(factor).argmax())
        steps = Steps(float(given.step * self.width[at] / factor[at]), int(n.get("floor", 0)))
        relu = self.s.ActivationFunctionType.RELU
        common = {"padding": self.s.Padding.SAME, "fusedActivationFunction": relu}
        common |= dict.fromkeys(("strideW", "strideH", "dilationWFactor", "dilationHFactor"), 1)
        steps_out = wide(self.graph.tensors[n.inputs[0]].shape)[2]
        out = self.bytes(
            self.step("CONV_2D", inputs, (*shape[:2], steps_out, shape[3]), "Conv2DOptions", **common), steps
        )
        return (self.bytes(self.pooled(n, out, shape), steps) if n.get("pool") else out), steps
