"""Add, Sub, Mul, Div: element by element, with broadcasting."""

from __future__ import annotations

import numpy as np

from undertone.compiler.graph import Array
from undertone.compiler.operators.elementwise import elementwise
from undertone.compiler.operators.operator import Site


def _divide(a: Array, b: Array) -> Array:
    """Divide; integers towards zero, as C and ONNX do."""
    if a.dtype.kind == "f":
        return np.asarray(a / b)
    quotient = np.abs(a) // np.maximum(np.abs(b), 1) if a.dtype.kind == "i" else a // np.maximum(b, 1)
    return np.asarray(quotient * np.sign(a) * np.sign(b)) if a.dtype.kind == "i" else np.asarray(quotient)


def _quotient(site: Site) -> str:
    return "a / b" if site.input(0).dtype.startswith("float") else "b == 0 ? 0 : a / b"


elementwise("Add", np.add, "a + b", operands=(2, 2), dtypes=None)
elementwise("Sub", np.subtract, "a - b", operands=(2, 2), dtypes=None)
elementwise("Mul", np.multiply, "a * b", operands=(2, 2), dtypes=None)
elementwise("Div", _divide, _quotient, operands=(2, 2), dtypes=None)
