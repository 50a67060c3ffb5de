"""Dropout at inference lets everything through; its second output, the mask, is True everywhere.

Importers read a Dropout whose mask nobody wants as Identity.
"""

from __future__ import annotations

import numpy as np

from undertone.compiler.graph import Array, Node, Tensor
from undertone.compiler.operators.operator import OPERATORS, Operator, Site
from undertone.errors import UnsupportedError


def trains(ratio: Array | None, training: Array | None) -> bool:
    """Say whether a Dropout would drop something: it is in training mode, at a rate that is not 0."""
    return training is not None and bool(training.any()) and (ratio is None or bool(ratio.any()))


def _compute(node: Node, inputs: list[Array | None]) -> list[Array]:
    x, ratio, training = (*inputs, None, None)[:3]
    assert x is not None
    if trains(ratio, training):
        raise UnsupportedError(f"{node}: is in training mode; export the model for inference")
    return [x, np.ones(x.shape, bool)][: len(node.outputs)]


def _shapes(node: Node, inputs: list[Tensor | None]) -> list[Tensor]:
    assert inputs[0] is not None
    return [inputs[0], Tensor(inputs[0].shape, "bool")][: len(node.outputs)]


def _emit(site: Site) -> str:
    mask = f"\nmemset(y1, 1, {site.outputs[1].nbytes});" if len(site.outputs) > 1 else ""
    return f"memcpy(y0, x0, {site.outputs[0].nbytes});{mask}"


def _check(site: Site) -> None:
    ratio, training = (*site.constants, None, None)[1:3]
    if trains(ratio, training):
        raise UnsupportedError(f"{site.node}: is in training mode; export the model for inference")


OPERATORS.add("Dropout", Operator(_compute, _emit, arity=(1, 3), shapes=_shapes, check=_check, constants=(2,)))
