"""Equal, Less, Greater and their kin; And, Or, Xor, Not; Where: element-wise, with broadcasting."""

from __future__ import annotations

import numpy as np

from undertone.compiler.operators.elementwise import elementwise

elementwise("Equal", np.equal, "a == b", operands=(2, 2), dtypes=None, to="bool")
elementwise("Less", np.less, "a < b", operands=(2, 2), dtypes=None, to="bool")
elementwise("LessOrEqual", np.less_equal, "a <= b", operands=(2, 2), dtypes=None, to="bool")
elementwise("Greater", np.greater, "a > b", operands=(2, 2), dtypes=None, to="bool")
elementwise("GreaterOrEqual", np.greater_equal, "a >= b", operands=(2, 2), dtypes=None, to="bool")
elementwise("And", np.logical_and, "a && b", operands=(2, 2), dtypes=("bool",), to="bool")
elementwise("Or", np.logical_or, "a || b", operands=(2, 2), dtypes=("bool",), to="bool")
elementwise("Xor", np.logical_xor, "!a != !b", operands=(2, 2), dtypes=("bool",), to="bool")
elementwise("Not", np.logical_not, "!a", dtypes=("bool",), to="bool")
elementwise("Where", np.where, "a ? b : c", operands=(3, 3), dtypes=("bool",))
