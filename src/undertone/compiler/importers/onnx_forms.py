"""ONNX's many forms of one thing, settled: inputs that only carry parameters become attributes, ``auto_pad`` becomes
pads.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from undertone.compiler.graph import Array, Node, Tensor
from undertone.compiler.operators.dropout import trains
from undertone.compiler.operators.reduce import REDUCTIONS
from undertone.errors import ModelError, UnsupportedError

# Operator -> for each of its inputs after the first, the attribute that its value becomes.
PARAMETERS: dict[str, tuple[str, ...]] = {
    "CumSum": ("axis",),
    "DFT": ("dft_length", "axis"),
    "Expand": ("shape",),
    "Reshape": ("shape",),
    "Slice": ("starts", "ends", "axes", "steps"),
    "Split": ("split",),
    "Squeeze": ("axes",),
    "Tile": ("repeats",),
    "TopK": ("k",),
    "Trilu": ("k",),
    "Unsqueeze": ("axes",),
    **dict.fromkeys(REDUCTIONS, ("axes",)),
}

# Operators of whose inputs after the first some become attributes (named) and some stay (empty).
MIXED: dict[str, tuple[str, ...]] = {
    "Pad": ("pads", "", "axes"),
    "Resize": ("roi", "scales", "sizes"),
    "STFT": ("frame_step", "", "frame_length"),
}


def settle(node: Node, tensors: Mapping[str, Tensor], constants: Mapping[str, Array]) -> Node:
    """Return the node in the one form that the operators know.

    Raises
    ------
    UnsupportedError
        A parameter is computed at run time.
    """
    if node.op in PARAMETERS:
        node = _bind(node, PARAMETERS[node.op], constants)
    if node.op in MIXED:
        node = _mixed(node, tensors, constants)
    if node.op in FORMS:
        node = FORMS[node.op](node, tensors, constants)
    return node


def _bind(node: Node, names: tuple[str, ...], constants: Mapping[str, Array]) -> Node:
    attributes = dict(node.attributes)
    for i, name in enumerate(names):
        given = node.inputs[i + 1] if i + 1 < len(node.inputs) else ""
        if not given:
            continue
        if given not in constants:
            raise UnsupportedError(f"{node}: its {name} is computed at run time; export the model with fixed shapes")
        value = constants[given]
        if value.dtype.kind not in ("iu" if name not in ("scales", "roi") else "f"):
            raise ModelError(f"{node}: its {name} cannot be {value.dtype}")
        attributes[name] = value.item() if value.ndim == 0 else tuple(v.item() for v in value.ravel())
    return node.replace(inputs=node.inputs[:1], attributes=attributes)


def _mixed(node: Node, tensors: Mapping[str, Tensor], constants: Mapping[str, Array]) -> Node:
    inputs = (*node.inputs, "", "", "")[:4]
    names = MIXED[node.op]
    moved = [(i, n) for n, i in zip(names, inputs[1:], strict=True) if n]
    stay = [i for n, i in zip(names, inputs[1:], strict=True) if not n and i]
    bound = _bind(node.replace(inputs=(inputs[0], *(i for i, _ in moved))), tuple(n for _, n in moved), constants)
    attributes = {k: v for k, v in bound.attributes.items() if v != ()}
    if node.op == "STFT" and "frame_length" not in attributes and stay:
        attributes["frame_length"] = tensors[stay[0]].shape[0]
    return bound.replace(inputs=(inputs[0], *stay), attributes=attributes)


def _windowed(node: Node, tensors: Mapping[str, Tensor], constants: Mapping[str, Array]) -> Node:
    """Resolve ``auto_pad``."""
    attributes = dict(node.attributes)
    mode = str(attributes.pop("auto_pad", "NOTSET"))
    if mode in ("NOTSET", ""):
        return node.replace(attributes=attributes)
    size = tensors[node.inputs[0]].shape[2:]
    rank = len(size)
    weights = node.inputs[3 if node.op == "QLinearConv" else 1] if len(node.inputs) > 1 else ""
    kernel = tuple(node.get("kernel_shape") or tensors[weights].shape[2:])
    strides, dilations = node.get("strides", (1,) * rank), node.get("dilations", (1,) * rank)
    pads = [0] * 2 * rank
    for i in range(rank):
        span = dilations[i] * (kernel[i] - 1) + 1
        total = max((-(-size[i] // strides[i]) - 1) * strides[i] + span - size[i], 0) if mode.startswith("SAME") else 0
        small = total // 2
        pads[i], pads[rank + i] = (total - small, small) if mode == "SAME_LOWER" else (small, total - small)
    attributes["pads"] = tuple(pads)
    return node.replace(attributes=attributes)


def _inference(node: Node, tensors: Mapping[str, Tensor], constants: Mapping[str, Array]) -> Node:
    """Dropout at inference lets everything through; one whose mask is wanted stays."""
    ratio, training = (constants.get(n) for n in (*node.inputs, "", "")[1:3])
    if trains(ratio, training):
        raise UnsupportedError(f"{node}: is in training mode; export the model for inference")
    if all(n in constants for n in node.inputs[1:]) and len(node.outputs) == 1:
        return Node("Identity", node.inputs[:1], node.outputs, {}, node.name)
    return node


FORMS: dict[str, Callable[[Node, Mapping[str, Tensor], Mapping[str, Array]], Node]] = {
    "AveragePool": _windowed,
    "Conv": _windowed,
    "Dropout": _inference,
    "MaxPool": _windowed,
    "QLinearConv": _windowed,
}
