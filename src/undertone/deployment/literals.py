"""Python values as C: strings, numbers, arrays."""

from __future__ import annotations

from collections.abc import Iterable

from undertone.compiler.loops import literal

PER_LINE = 8
PCM_PER_LINE = 20


def text(value: str) -> str:
    """Write a C string literal; what is not plain ASCII as octal escapes of its UTF-8.

    Examples
    --------
    >>> print(text('say "ä"'))
    "say \\042\\303\\244\\042"
    """
    plain = (chr(b) if 32 <= b < 127 and chr(b) not in '"\\?' else f"\\{b:03o}" for b in value.encode())
    return '"' + "".join(plain) + '"'


def floats(values: Iterable[float]) -> str:
    """Write float32 values that read back to the same bits, a few a line.

    Examples
    --------
    >>> print(floats([2.0, 1.0]), end="")
        2.0f, 1.0f,
    """
    return lines((literal(float(v)) for v in values), PER_LINE)


def lines(words: Iterable[str], count: int) -> str:
    """Write words with commas, ``count`` a line."""
    every = list(words)
    return "".join("    " + ", ".join(every[i : i + count]) + ",\n" for i in range(0, len(every), count))
