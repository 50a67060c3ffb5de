"""The operators, one small file each: shape rule, numpy and C side by side; importing this registers them all."""

from undertone.compiler.operators import (
    activations,
    arithmetic,
    batch_normalization,
    conv,
    gemm,
    matmul,
    pool,
    reshape,
    shape,
    softmax,
    transpose,
)
from undertone.compiler.operators.operator import OPERATORS, Operator, Site, infer

__all__ = [
    "OPERATORS",
    "Operator",
    "Site",
    "activations",
    "arithmetic",
    "batch_normalization",
    "conv",
    "gemm",
    "infer",
    "matmul",
    "pool",
    "reshape",
    "shape",
    "softmax",
    "transpose",
]
