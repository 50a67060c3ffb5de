"""Sine and its family, their inverses and the hyperbolic ones: element-wise, by math.h in the C."""

from __future__ import annotations

import numpy as np

from undertone.compiler.operators.elementwise import elementwise

for _name, _function in {
    "Sin": np.sin,
    "Cos": np.cos,
    "Tan": np.tan,
    "Asin": np.arcsin,
    "Acos": np.arccos,
    "Atan": np.arctan,
    "Sinh": np.sinh,
    "Cosh": np.cosh,
    "Asinh": np.arcsinh,
    "Acosh": np.arccosh,
    "Atanh": np.arctanh,
}.items():
    elementwise(_name, _function, f"{_name.lower()}{{f}}(a)")
