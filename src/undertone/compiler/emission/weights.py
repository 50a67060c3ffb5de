"""Weights as C that compiles fast and reads back to the same bits: one union, set by a string literal.

Bytes in a string compile in a fifth of a second where 1.3 million numbers as text take many; every C11 compiler of
the GNU kind takes it, for every target. The union makes reading the bytes as floats legal C, and aligns them.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TypeVar

import numpy as np

from undertone.compiler.graph import Array
from undertone.compiler.loops import C_TYPES

Key = TypeVar("Key")
ALIGNMENT = 64
LINE_BYTES = 48
_TEXT = [chr(b) if 32 <= b < 127 and chr(b) not in '"\\?' else f"\\{b:o}" for b in range(256)]
_WIDE = [t if len(t) == 1 else f"\\{b:03o}" for b, t in enumerate(_TEXT)]


def lay_out(arrays: Mapping[Key, Array]) -> tuple[dict[Key, int], bytes]:
    """Put arrays one after the other, little-endian, each from a multiple of 64 bytes on; return offsets and bytes."""
    offsets: dict[Key, int] = {}
    data = bytearray()
    for name, array in arrays.items():
        offsets[name] = len(data)
        little = array.astype(array.dtype.newbyteorder("<")) if sys.byteorder == "big" else array
        data += np.ascontiguousarray(little).tobytes()
        data += bytes(-len(data) % ALIGNMENT)
    if data:
        data += bytes(ALIGNMENT)  # vectors may read past an array; compilers warn of a string whose last byte is not 0
    return offsets, bytes(data)


def union(name: str, nbytes: int, dtypes: set[str]) -> str:
    """Declare the type of the weights."""
    size = max(nbytes, ALIGNMENT)
    kinds = sorted({C_TYPES[d] for d in dtypes} - {"uint8_t"})
    fields = "".join(f" {kind} as_{kind}[{size // width(kind)}];" for kind in kinds)
    return f"typedef union {{ unsigned char bytes[{size}];{fields} }} {name}_weights_type;"


def source(name: str, data: bytes) -> str:
    """Write the .c file of the weights."""
    data = data or bytes(ALIGNMENT)
    lines = "\n".join(f'"{_escape(data[i : i + LINE_BYTES])}"' for i in range(0, len(data), LINE_BYTES))
    return (
        f"/* The weights of {name}: {len(data)} bytes, little-endian, as {name}.c reads them. */\n"
        f'#include "{name}.h"\n\n'
        "#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__\n"
        "#error the weights are little-endian\n"
        "#endif\n\n"
        f"_Alignas({ALIGNMENT}) const {name}_weights_type {name}_weights = {{\n{lines}}};\n"
    )


def _escape(chunk: bytes) -> str:
    """An octal escape must be three digits long where a digit follows it."""
    after = (*chunk[1:], 0)
    return "".join(_WIDE[b] if 48 <= n <= 57 else _TEXT[b] for b, n in zip(chunk, after, strict=True))


def width(kind: str) -> int:
    """Return the bytes of one element of a C type."""
    return {"float": 4, "double": 8}.get(kind) or int("".join(c for c in kind if c.isdigit())) // 8
