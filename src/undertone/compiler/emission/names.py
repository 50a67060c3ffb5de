"""Names of a model as names in C."""

from __future__ import annotations

import re
from collections.abc import Iterable

_WORDS = """
    auto break case char const continue default do double else enum extern float for goto if inline int long register
    restrict return short signed sizeof static struct switch typedef union unsigned void volatile while
    main memcpy memset NULL INFINITY NAN arena bytes exp log sin cos tan tanh sqrt pow floor ceil round fabs
"""
RESERVED = frozenset(_WORDS.split())


def identifier(text: str, *, fallback: str = "model") -> str:
    """Turn any text into a lower-case C identifier.

    Examples
    --------
    >>> identifier("conv1d/Relu:0"), identifier("7 moods"), identifier("double")
    ('conv1d_relu_0', 'model_7_moods', 'double_')
    """
    name = re.sub(r"[^0-9a-z]+", "_", text.lower()).strip("_")[:48].strip("_") or fallback
    name = f"{fallback}_{name}" if name[0].isdigit() else name
    return f"{name}_" if name in RESERVED or name.startswith("ut_") else name


def fresh_identifier(name: str, taken: set[str]) -> str:
    """Return the name, numbered when it is taken."""
    return next(n for n in (name, *(f"{name}_{i}" for i in range(2, len(taken) + 3))) if n not in taken)


def identifiers(names: Iterable[str], *, taken: Iterable[str] = (), fallback: str = "value") -> dict[str, str]:
    """Give each name an identifier of its own."""
    used = set(taken)
    result = {}
    for name in names:
        result[name] = fresh_identifier(identifier(name, fallback=fallback), used)
        used.add(result[name])
    return result
