"""The operators, one small file each: shape rule, numpy and C side by side; importing this registers them all."""

from importlib import import_module

from undertone.compiler.operators.operator import OPERATORS, Operator, Site, infer

_FILES = """
    activations arg_extremes arithmetic batch_normalization cast comparisons concat conv conv_transpose einsum
    extremes fixed_conv fixed_matmul fixed_mean fixed_pairs fourier gather gemm generators global_pool
    instance_normalization lookup matmul pieces pool powers qlinear_conv qlinear_matmul quantize rectifiers recurrent
    reduce reshape resize rounding shape softmax spread sums top_k transpose trigonometry
"""
for _file in _FILES.split():
    import_module(f"{__name__}.{_file}")

__all__ = ["OPERATORS", "Operator", "Site", "infer"]
