"""The operators, one small file each: shape rule, numpy and C side by side; importing this registers them all."""

from importlib import import_module

from undertone.compiler.operators.operator import OPERATORS, Operator, Site, infer

_FILES = """
    activations arithmetic batch_normalization concat conv gather gemm matmul pool reshape shape softmax transpose
"""
for _file in _FILES.split():
    import_module(f"{__name__}.{_file}")

__all__ = ["OPERATORS", "Operator", "Site", "infer"]
