"""The operators, one small file each: shape rule, numpy and C side by side; importing this registers them all."""

from importlib import import_module
from pkgutil import iter_modules

from undertone.compiler.operators.operator import OPERATORS, Operator, Site, infer

for _file in iter_modules(__path__):
    import_module(f"{__name__}.{_file.name}")

__all__ = ["OPERATORS", "Operator", "Site", "infer"]
