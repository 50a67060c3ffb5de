"""What the compiler knows of an operator: its numpy, its shape rule, its C.

An operator is one small file that registers an `Operator` under its ONNX name. The numpy is the law: the interpreter
runs it, and an operator without a shape rule of its own gets its shapes by running its numpy on zeros.

The C of a node is the body of a function whose parameters are ``x0, x1, ...`` (pointers to what it reads; an absent
optional has none), ``y0, y1, ...`` (pointers to what it writes) and, when `Operator.scratch` asks for it,
``scratch`` (bytes of the arena that nobody else uses meanwhile). All sizes are literals.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from undertone.compiler.graph import Array, Node, Tensor
from undertone.compiler.operators.reach import Reach
from undertone.errors import ModelError, UnsupportedError, nearest
from undertone.registry import Registry

LARGEST_BYTES = 1 << 28
# What numpy and Python raise at numbers that do not fit together.
MISFITS = (ValueError, IndexError, TypeError, KeyError, ArithmeticError, MemoryError, AssertionError, AttributeError)

Compute = Callable[[Node, list[Array | None]], list[Array]]
Shapes = Callable[[Node, list[Tensor | None]], list[Tensor]]


@dataclass(frozen=True)
class Site:
    """Where the C of a node goes: the node, and what is known of its inputs and outputs.

    ``constants[i]`` is the value of input i when it is known at compile time.
    ``padded`` is True when the zeros that a 1-D convolution needs around its input already lie beside it in the arena.
    """

    node: Node
    inputs: tuple[Tensor | None, ...]
    outputs: tuple[Tensor, ...]
    constants: tuple[Array | None, ...]
    padded: bool = False

    def input(self, i: int) -> Tensor:
        """Return an input that must be there."""
        tensor = self.inputs[i]
        assert tensor is not None, f"{self.node}: input {i} is absent"
        return tensor

    def only_float32(self) -> None:
        """Refuse other types than float32; for the ``check`` of operators whose C is written for it."""
        for tensor in self.inputs:
            if tensor is not None and tensor.dtype.startswith("float") and tensor.dtype != "float32":
                raise UnsupportedError(f"{self.node}: is compiled for float32, not for {tensor.dtype}")

    def has(self, i: int) -> bool:
        """Say whether an optional input is given."""
        return i < len(self.inputs) and self.inputs[i] is not None


@dataclass(frozen=True)
class Operator:
    """One operator.

    Attributes
    ----------
    compute : callable
        ``(node, arrays) -> arrays`` in numpy.
    emit : callable
        ``Site -> str``: the body of the C function.
    arity : tuple of int
        Fewest and most inputs.
    shapes : callable, optional
        ``(node, tensors) -> tensors``; without one, shapes come from the numpy on zeros.
    constants : tuple of int
        Inputs that must be known at compile time.
    kernels : tuple of str or callable
        Files of ``runtime/c/kernels`` that the C calls, without their ending; or ``Site -> tuple of str``.
    pack : callable, optional
        ``(node, i, array) -> array``: how constant input i is laid out beside the C.
    scratch : callable, optional
        ``Site -> bytes``.
    check : callable, optional
        ``Site -> None``; raises `UnsupportedError` for a form that the C lacks.
    reach : callable, optional
        ``Site -> Reach or None``: how far a node looks along time, if it can run a few rows at a time.
    over : bool
        Whether the C may write over an input of the output's size: it reads each element before it writes there.
    """

    compute: Compute
    emit: Callable[[Site], str]
    arity: tuple[int, int] = (1, 1)
    shapes: Shapes | None = None
    constants: tuple[int, ...] = ()
    kernels: tuple[str, ...] | Callable[[Site], tuple[str, ...]] = ()
    pack: Callable[[Node, int, Array], Array] | None = None
    scratch: Callable[[Site], int] | None = None
    check: Callable[[Site], None] | None = None
    reach: Callable[[Site], Reach | None] | None = None
    over: bool = False

    def called(self, site: Site) -> tuple[str, ...]:
        """Return the kernels that a node's C calls."""
        return self.kernels(site) if callable(self.kernels) else self.kernels


OPERATORS: Registry[Operator] = Registry("operator")


def infer(node: Node, inputs: list[Tensor | None], constants: list[Array | None]) -> list[Tensor]:
    """Give the shapes and types of what a node gives.

    Parameters
    ----------
    node : Node
        What runs.
    inputs : list of Tensor or None
        What it reads; None is an absent optional.
    constants : list of ndarray or None
        The values of those that are known.

    Raises
    ------
    ModelError
        The inputs do not fit together.
    UnsupportedError
        No such operator, or an input that must be known at compile time is not.
    """
    operator = lookup(node)
    low, high = operator.arity
    if not low <= len(inputs) <= high:
        raise ModelError(f"{node}: has {len(inputs)} inputs, expected {low if low == high else f'{low} to {high}'}")
    if any(inputs[i] is None for i in range(low)):
        raise ModelError(f"{node}: a required input is absent")
    for i in operator.constants:
        if i < len(inputs) and inputs[i] is not None and constants[i] is None:
            raise UnsupportedError(f"{node}: input {i} must be a constant; it is computed at run time")
    try:
        given = _given(operator, node, inputs, constants)
    except MISFITS as error:
        if isinstance(error, ModelError):
            raise
        came = ", ".join(str(t) for t in inputs if t is not None)
        raise ModelError(f"{node}: does not fit its inputs {came}: {error}") from error
    for tensor in given:
        bounded(str(node), tensor)
    return given


def _given(operator: Operator, node: Node, inputs: list[Tensor | None], constants: list[Array | None]) -> list[Tensor]:
    if operator.shapes is not None:
        return operator.shapes(node, inputs)
    values = [_stand_in(t, c) for t, c in zip(inputs, constants, strict=True)]
    with np.errstate(all="ignore"):
        return [Tensor.of(a) for a in operator.compute(node, values)]


def bounded(where: str, tensor: Tensor) -> Tensor:
    """Return a tensor that is not absurdly large; a file of a kilobyte can ask for terabytes."""
    if min((*tensor.shape, 0)) < 0 or tensor.nbytes > LARGEST_BYTES:
        raise ModelError(
            f"{where}: asks for {tensor} of {tensor.nbytes} bytes; a tensor may have {LARGEST_BYTES}, "
            "which is more than an hour of sound: check the sizes, or export the model again"
        )
    return tensor


def lookup(node: Node) -> Operator:
    """Return a node's operator; refuse by name, node and a way round when we lack it."""
    if node.op not in OPERATORS:
        raise UnsupportedError(
            f"{node}: the compiler has no operator {node.op!r}{nearest(node.op, OPERATORS)}; "
            f"replace the layer by ones it has: {', '.join(OPERATORS)}"
        )
    return OPERATORS[node.op]


def _stand_in(tensor: Tensor | None, constant: Array | None) -> Array | None:
    if tensor is None or constant is not None:
        return constant
    return np.zeros(tensor.shape, tensor.dtype)
