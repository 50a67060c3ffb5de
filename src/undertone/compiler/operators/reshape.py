"""Reshape, Flatten, Squeeze, Unsqueeze, Identity: the same numbers under another shape; no C, no copy.

Their parameters are attributes here (``shape``, ``axis``, ``axes``); the importers turn constant inputs into them.
"""

from __future__ import annotations

import numpy as np

from undertone.compiler.graph import Array, Node
from undertone.compiler.operators.operator import OPERATORS, Compute, Operator, Site
from undertone.compiler.operators.windows import count

VIEWS = ("Flatten", "Identity", "Reshape", "Squeeze", "Unsqueeze")


def _reshape(node: Node, x: Array) -> Array:
    asked = list(node.get("shape"))
    if not node.get("allowzero"):
        asked = [x.shape[i] if n == 0 else n for i, n in enumerate(asked)]
    return x.reshape(asked)


def _flatten(node: Node, x: Array) -> Array:
    axis = int(node.get("axis", 1))
    axis += x.ndim if axis < 0 else 0
    return x.reshape(count(x.shape[:axis]), count(x.shape[axis:]))


def _squeeze(node: Node, x: Array) -> Array:
    axes = node.get("axes")
    return np.squeeze(x) if axes is None else np.squeeze(x, tuple(axes))


def _unsqueeze(node: Node, x: Array) -> Array:
    return np.expand_dims(x, tuple(node.get("axes")))


def _identity(node: Node, x: Array) -> Array:
    return x


def _numpy(function: object) -> Compute:
    def compute(node: Node, inputs: list[Array | None]) -> list[Array]:
        assert inputs[0] is not None and callable(function)
        return [function(node, inputs[0])]

    return compute


def _emit(site: Site) -> str:
    return f"memcpy(y0, x0, {site.outputs[0].nbytes});"


for _name, _function in zip(VIEWS, (_flatten, _identity, _reshape, _squeeze, _unsqueeze), strict=True):
    OPERATORS.add(_name, Operator(_numpy(_function), _emit))
