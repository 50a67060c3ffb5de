"""How an element-wise operator is made from a numpy function and a C expression.

The C expression reads its operands as ``a``, ``b``, ``c`` and may use ``{f}``: the suffix of math.h's functions for
the type ("f" for float, nothing for double). Operands are broadcast as numpy does it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from undertone.compiler.graph import Array, Node, Tensor
from undertone.compiler.loops import C_TYPES, broadcast, nest, row_major
from undertone.compiler.operators.operator import OPERATORS, Operator, Site
from undertone.compiler.operators.reach import Reach
from undertone.errors import ModelError, UnsupportedError

Function = Callable[..., Any]
FLOATS = ("float32", "float64")


def elementwise(
    name: str,
    function: Function,
    expression: str | Callable[[Site], str],
    *,
    operands: tuple[int, int] = (1, 1),
    dtypes: tuple[str, ...] | None = FLOATS,
    to: str | None = None,
    kernels: tuple[str, ...] = (),
    attributes: bool = False,
) -> None:
    """Register an element-wise operator.

    Parameters
    ----------
    name : str
        ONNX's name.
    function : callable
        ``(*arrays) -> array``, or ``(node, *arrays) -> array`` when ``attributes``.
    expression : str or callable
        The C of one element, or what makes it of the site.
    operands : tuple of int
        Fewest and most.
    dtypes : tuple of str, optional
        Of the first operand; None takes all.
    to : str, optional
        The type of the result, when it is not that of the last operand.
    kernels : tuple of str
        Files of ``runtime/c/kernels`` that the expression calls.
    attributes : bool
        Whether the function wants the node.
    """

    def compute(node: Node, inputs: list[Array | None]) -> list[Array]:
        arrays = [a for a in inputs if a is not None]
        with np.errstate(all="ignore"):
            out = np.asarray(function(node, *arrays) if attributes else function(*arrays))
        return [out.astype(to or arrays[-1].dtype, copy=False)]

    def shapes(node: Node, inputs: list[Tensor | None]) -> list[Tensor]:
        tensors = [t for t in inputs if t is not None]
        try:
            shape = np.broadcast_shapes(*(t.shape for t in tensors))
        except ValueError as error:
            raise ModelError(f"{node}: {', '.join(map(str, tensors))} cannot be broadcast together") from error
        return [Tensor(shape, to or tensors[-1].dtype)]

    def check(site: Site) -> None:
        came = site.input(0).dtype
        if dtypes is not None and came not in dtypes:
            raise UnsupportedError(f"{site.node}: is not compiled for {came}; it is for {', '.join(dtypes)}")

    def emit(site: Site) -> str:
        text = expression if isinstance(expression, str) else expression(site)
        return emit_elementwise(site, text)

    OPERATORS.add(
        name,
        Operator(
            compute, emit, arity=operands, shapes=shapes, kernels=kernels, check=check, reach=rowwise, over=to is None
        ),
    )


def rowwise(site: Site) -> Reach | None:
    """Return the reach of a node that treats each row of its first input alone, with constants that are one row."""
    x, y = site.input(0), site.outputs[0]
    others = [(t, c) for t, c in zip(site.inputs[1:], site.constants[1:], strict=True) if t is not None]
    same = all(c is not None and (len(t.shape) < len(y.shape) - 1 or t.shape[1 - len(y.shape)] == 1) for t, c in others)
    return Reach(site.node) if same and len(x.shape) > 1 and x.shape[0] == 1 and x.shape == y.shape else None


def emit_elementwise(site: Site, expression: str) -> str:
    """Write the loops of an element-wise expression over its broadcast operands."""
    out = site.outputs[0]
    given = [(i, t) for i, t in enumerate(site.inputs) if t is not None]
    strides = [row_major(out.shape), *(broadcast(t.shape, out.shape) for _, t in given)]
    suffix = "" if site.input(0).dtype == "float64" else "f"
    reads = " ".join(
        f"const {C_TYPES[t.dtype]} {letter} = x{i}[{{{n + 1}}}];"
        for n, (letter, (i, t)) in enumerate(zip("abcdefgh", given, strict=False))
    )
    text = expression.replace("{f}", suffix)
    return nest(out.shape, strides, f"{{{{ {reads} y0[{{0}}] = ({C_TYPES[out.dtype]})({text}); }}}}")
