"""C text: nested loops over a shape, literals that read back to the same bits, names of types."""

from __future__ import annotations

import math

import numpy as np

C_TYPES = {
    "float32": "float",
    "float64": "double",
    "int8": "int8_t",
    "uint8": "uint8_t",
    "int16": "int16_t",
    "uint16": "uint16_t",
    "int32": "int32_t",
    "uint32": "uint32_t",
    "int64": "int64_t",
    "uint64": "uint64_t",
    "bool": "uint8_t",
}


def row_major(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return the strides of an array whose last axis runs fastest, in elements.

    Examples
    --------
    >>> row_major((2, 3, 4))
    (12, 4, 1)
    """
    return tuple(math.prod(shape[i + 1 :]) for i in range(len(shape)))


def broadcast(shape: tuple[int, ...], to: tuple[int, ...]) -> tuple[int, ...]:
    """Return the strides with which an array of ``shape`` is read as one of shape ``to``: 0 along repeated axes.

    Examples
    --------
    >>> broadcast((3, 1), (2, 3, 4))
    (0, 1, 0)
    """
    wide = (1,) * (len(to) - len(shape)) + shape
    return tuple(0 if n == 1 else s for n, s in zip(wide, row_major(wide), strict=True))


def nest(shape: tuple[int, ...], strides: list[tuple[int, ...]], body: str, *, offsets: list[int] | None = None) -> str:
    """Write loops over a shape around a statement.

    Parameters
    ----------
    shape : tuple of int
        What is run through.
    strides : list of tuple of int
        For each array, its step along each axis, in elements.
    body : str
        A C statement in which ``{0}``, ``{1}``, ... stand for the index into each array.
    offsets : list of int, optional
        Where each array begins.

    Returns
    -------
    str
        C, axes that can be run through as one joined; an empty block where an axis has no steps.

    Examples
    --------
    >>> print(nest((2, 3), [(3, 1), (0, 1)], "y0[{0}] = x0[{1}];"))
    for (size_t i = 0; i < 2; i++)
        for (size_t j = 0; j < 3; j++)
            y0[3 * i + j] = x0[j];
    """
    if 0 in shape:
        return "{}"
    joined, steps = _join(shape, strides)
    names = "ijklmnpq"[: len(joined)] if len(joined) <= 8 else [f"i{n}" for n in range(len(joined))]
    start = offsets or [0] * len(strides)
    indices = [_index(o, s, list(names)) for o, s in zip(start, steps, strict=True)]
    lines = [
        f"{'    ' * d}for (size_t {v} = 0; {v} < {n}; {v}++)"
        for d, (v, n) in enumerate(zip(names, joined, strict=True))
    ]
    if len(joined) > 1:
        lines[-1] = lines[-1].replace("for", f"{kept_a_loop(joined[-1])}for", 1)
    return "\n".join([*lines, "    " * len(lines) + body.format(*indices)])


def kept_a_loop(steps: int) -> str:
    """Write what goes before an inner loop over this many neighbours, so that it becomes vectors.

    Compilers write a short loop out step by step before they look for vectors, and then find poor ones.

    Examples
    --------
    >>> kept_a_loop(24), kept_a_loop(3), kept_a_loop(512)
    ('_Pragma("GCC unroll 1") ', '', '')
    """
    return '_Pragma("GCC unroll 1") ' if 16 <= steps <= 64 else ""


def _join(shape: tuple[int, ...], strides: list[tuple[int, ...]]) -> tuple[list[int], list[list[int]]]:
    sizes: list[int] = []
    steps: list[list[int]] = [[] for _ in strides]
    for axis, n in enumerate(shape):
        if n == 1:
            continue
        here = [s[axis] for s in strides]
        if sizes and all(t[-1] == h * n for t, h in zip(steps, here, strict=True)):
            sizes[-1] *= n
            for t, h in zip(steps, here, strict=True):
                t[-1] = h
        else:
            sizes.append(n)
            for t, h in zip(steps, here, strict=True):
                t.append(h)
    return sizes, steps


def _index(offset: int, steps: list[int], names: list[str]) -> str:
    terms = [str(offset)] if offset else []
    for step, name in zip(steps, names, strict=True):
        if step:
            terms.append(name if step == 1 else f"{step} * {name}")
    return (" + ".join(terms) or "0").replace("+ -", "- ")


def literal(value: float, dtype: str = "float32") -> str:
    """Write a number as C that reads back to the same bits.

    Examples
    --------
    >>> literal(0.1), literal(float("-inf")), literal(3, "int64")
    ('0x1.99999a0000000p-4f', '-INFINITY', '3')
    """
    if dtype not in ("float32", "float64"):
        return _integer(int(value), dtype)
    number = float(np.float32(value)) if dtype == "float32" else float(value)
    if math.isnan(number):
        return "NAN"
    if math.isinf(number):
        return "INFINITY" if number > 0 else "-INFINITY"
    suffix = "f" if dtype == "float32" else ""
    if number == int(number) and abs(number) < 1e6:
        return f"{int(number)}.0{suffix}" if math.copysign(1, number) > 0 or number else f"-0.0{suffix}"
    return number.hex() + suffix


def _integer(value: int, dtype: str) -> str:
    if dtype == "uint64":
        return f"UINT64_C({value})"
    if dtype == "int64" and abs(value) > 2**31 - 1:
        return f"INT64_C({value})" if value > -(2**63) else "INT64_MIN"
    return f"{value}u" if value > 2**31 - 1 else str(value)
