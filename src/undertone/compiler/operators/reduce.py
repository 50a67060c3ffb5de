"""ReduceSum, ReduceMean, ReduceMax and their kin: one value for all steps along ``axes`` (none given: all)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from undertone.compiler.graph import Array, Node, Tensor
from undertone.compiler.loops import C_TYPES, nest, row_major
from undertone.compiler.operators.operator import OPERATORS, Compute, Operator, Site
from undertone.compiler.operators.windows import count
from undertone.errors import ModelError


@dataclass(frozen=True)
class Reduction:
    """One way to reduce: in numpy; in C a start, a step for each value ``v``, an end for each result ``y``."""

    numpy: Callable[..., Array]
    start: str
    step: str
    end: str = ""


def reduced_axes(node: Node, rank: int) -> tuple[int, ...]:
    """Return the axes that go, from 0 on; an empty list means all, or none with ``noop_with_empty_axes``."""
    axes = node.get("axes", ())
    axes = (axes,) if isinstance(axes, int) else tuple(axes)
    if not axes:
        return () if node.get("noop_with_empty_axes") else tuple(range(rank))
    if any(not -rank <= a < rank for a in axes):
        raise ModelError(f"{node}: has no axes {axes} in {rank} axes")
    return tuple(a % rank for a in axes)


def _log_sum_exp(x: Array, **how: object) -> Array:
    with np.errstate(all="ignore"):
        return np.asarray(np.log(np.sum(np.exp(x), **how)))  # type: ignore[call-overload]


REDUCTIONS = {
    "ReduceSum": Reduction(np.sum, "0", "y += v"),
    "ReduceMean": Reduction(np.mean, "0", "y += v", "y /= STEPS"),
    "ReduceMax": Reduction(np.max, "LOWEST", "y = v > y ? v : y"),
    "ReduceMin": Reduction(np.min, "HIGHEST", "y = v < y ? v : y"),
    "ReduceProd": Reduction(np.prod, "1", "y *= v"),
    "ReduceL1": Reduction(lambda x, **how: np.sum(np.abs(x), **how), "0", "y += v < 0 ? -v : v"),
    "ReduceL2": Reduction(lambda x, **how: np.sqrt(np.sum(np.square(x), **how)), "0", "y += v * v", "y = ROOT(y)"),
    "ReduceSumSquare": Reduction(lambda x, **how: np.sum(np.square(x), **how), "0", "y += v * v"),
    "ReduceLogSum": Reduction(lambda x, **how: np.log(np.sum(x, **how)), "0", "y += v", "y = LOG(y)"),
    "ReduceLogSumExp": Reduction(_log_sum_exp, "0", "y += EXP(v)", "y = LOG(y)"),
}


def _compute(reduction: Reduction) -> Compute:
    def compute(node: Node, inputs: list[Array | None]) -> list[Array]:
        x = inputs[0]
        assert x is not None
        axes = reduced_axes(node, x.ndim)
        if not axes and node.get("noop_with_empty_axes"):
            return [x]
        keep = bool(node.get("keepdims", 1))
        if x.size == 0 and node.op in ("ReduceMax", "ReduceMin"):
            lowest, highest = _bounds(x.dtype)
            how = {"axis": axes, "keepdims": keep, "initial": lowest if node.op == "ReduceMax" else highest}
            return [np.asarray(reduction.numpy(x, **how)).astype(x.dtype)]
        with np.errstate(all="ignore"):
            return [np.asarray(reduction.numpy(x, axis=axes, keepdims=keep)).astype(x.dtype)]

    return compute


def _bounds(dtype: np.dtype[Any]) -> tuple[float, float]:
    if dtype.kind == "f":
        return -np.inf, np.inf
    return (False, True) if dtype.kind == "b" else (int(np.iinfo(dtype).min), int(np.iinfo(dtype).max))


def _shapes(node: Node, inputs: list[Tensor | None]) -> list[Tensor]:
    x = inputs[0]
    assert x is not None
    axes, keep = reduced_axes(node, len(x.shape)), node.get("keepdims", 1)
    shape = [1 if i in axes else n for i, n in enumerate(x.shape) if keep or i not in axes]
    return [Tensor(tuple(shape), x.dtype)]


def _emit(site: Site) -> str:
    x, out, reduction = site.input(0), site.outputs[0], REDUCTIONS[site.node.op]
    axes = reduced_axes(site.node, len(x.shape))
    if not axes and site.node.get("noop_with_empty_axes"):
        return f"memcpy(y0, x0, {x.nbytes});"
    kept = row_major(tuple(1 if i in axes else n for i, n in enumerate(x.shape)))
    into = tuple(0 if i in axes else s for i, s in enumerate(kept))
    kind = C_TYPES[x.dtype]
    step = f"{{{{ const {kind} v = x0[{{1}}]; {kind} y = y0[{{0}}]; {reduction.step}; y0[{{0}}] = y; }}}}"
    lines = [
        f"for (size_t i = 0; i < {out.size}; i++) y0[i] = {reduction.start};",
        nest(x.shape, [into, row_major(x.shape)], step),
    ]
    if reduction.end:
        lines.append(f"for (size_t i = 0; i < {out.size}; i++) {{ {kind} y = y0[i]; {reduction.end}; y0[i] = y; }}")
    return _words("\n".join(lines), x, count(tuple(x.shape[a] for a in axes)))


def _words(text: str, x: Tensor, steps: int) -> str:
    f = "f" if x.dtype == "float32" else ""
    cast = "" if x.dtype.startswith("float") else f"({C_TYPES[x.dtype]})"
    lowest, highest = "-INFINITY", "INFINITY"
    if x.dtype == "bool":
        lowest, highest = "0", "1"
    elif not x.dtype.startswith("float"):
        highest = f"{x.dtype.upper()}_MAX"
        lowest = "0" if x.dtype.startswith("u") else f"{x.dtype.upper()}_MIN"
    words = {"STEPS": str(steps), "LOWEST": lowest, "HIGHEST": highest}
    words |= {"ROOT": f"{cast}sqrt{f}", "LOG": f"{cast}log{f}", "EXP": f"{cast}exp{f}"}
    for word, value in words.items():
        text = text.replace(word, value)
    return text


for _name, _reduction in REDUCTIONS.items():
    OPERATORS.add(_name, Operator(_compute(_reduction), _emit, shapes=_shapes))
