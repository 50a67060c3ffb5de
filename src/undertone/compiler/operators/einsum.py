"""Einsum: sums of products over named axes, any number of operands; an ellipsis is spelled out first."""

from __future__ import annotations

import numpy as np

from undertone.compiler.graph import Array, Node, Tensor
from undertone.compiler.loops import nest, row_major
from undertone.compiler.operators.operator import OPERATORS, Operator, Site
from undertone.errors import ModelError

SPARE = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def terms(node: Node, ranks: list[int]) -> tuple[list[str], str]:
    """Return one letter an axis for each operand and for the result."""
    text = str(node.get("equation")).replace(" ", "")
    left, arrow, right = text.partition("->")
    given = left.split(",")
    if len(given) != len(ranks):
        raise ValueError(f"{text!r} has {len(given)} operands, {len(ranks)} came")
    hidden = max([r - len(g) + 3 for g, r in zip(given, ranks, strict=True) if "..." in g], default=0)
    spare = SPARE[:hidden]
    operands = []
    for g, rank in zip(given, ranks, strict=True):
        operands.append(g.replace("...", spare[hidden - (rank - len(g) + 3) :] if "..." in g else ""))
    if not arrow:
        letters = "".join(operands)
        return operands, spare + "".join(sorted({c for c in letters if letters.count(c) == 1 and c not in spare}))
    return operands, right.replace("...", spare)


def _compute(node: Node, inputs: list[Array | None]) -> list[Array]:
    arrays = [a for a in inputs if a is not None]
    operands, result = terms(node, [a.ndim for a in arrays])
    return [np.asarray(np.einsum(f"{','.join(operands)}->{result}", *arrays)).astype(arrays[0].dtype)]


def _shapes(node: Node, inputs: list[Tensor | None]) -> list[Tensor]:
    tensors = [t for t in inputs if t is not None]
    operands, result = terms(node, [len(t.shape) for t in tensors])
    sizes: dict[str, int] = {}
    for letters, t in zip(operands, tensors, strict=True):
        for letter, n in zip(letters, t.shape, strict=True):
            if sizes.setdefault(letter, n) != n and 1 not in (n, sizes[letter]):
                raise ModelError(f"{node}: axis {letter!r} has {sizes[letter]} steps and {n} steps")
            sizes[letter] = max(sizes[letter], n)
    if len(set(result)) < len(result):
        raise ModelError(f"{node}: gives an axis of {result!r} twice")
    return [Tensor(tuple(sizes[c] for c in result), tensors[0].dtype)]


def _emit(site: Site) -> str:
    tensors = [t for t in site.inputs if t is not None]
    operands, result = terms(site.node, [len(t.shape) for t in tensors])
    sizes: dict[str, int] = {}
    for letters, t in zip(operands, tensors, strict=True):
        for letter, n in zip(letters, t.shape, strict=True):
            sizes[letter] = max(n, sizes.get(letter, 1))
    order = result + "".join(c for c in sizes if c not in result)

    def along(letters: str, shape: tuple[int, ...]) -> tuple[int, ...]:
        steps = dict.fromkeys(order, 0)
        for letter, n, s in zip(letters, shape, row_major(shape), strict=True):
            steps[letter] += s if n > 1 else 0
        return tuple(steps[c] for c in order)

    out = site.outputs[0]
    strides = [along(result, out.shape), *(along(o, t.shape) for o, t in zip(operands, tensors, strict=True))]
    product = " * ".join(f"x{i}[{{{i + 1}}}]" for i in range(len(tensors)))
    loops = nest(tuple(sizes[c] for c in order), strides, f"y0[{{0}}] += {product};")
    return f"memset(y0, 0, {out.nbytes});\n{loops}"


OPERATORS.add("Einsum", Operator(_compute, _emit, arity=(1, 8), shapes=_shapes))
