"""Emitted C without math.h: calls of its functions become calls of the house's own, which the text then contains.

C libraries differ in the last bit of expf and its like, and bare metal has none. The house's functions are float ones:
what a network computes in double is left to a C library, or refused.
"""

from __future__ import annotations

import re
from importlib.resources import files

from undertone.errors import UnsupportedError

# File of runtime/c/kernels/math -> its functions, in the order in which files build on each other.
FILES = {
    "elementary": "sqrt fabs floor ceil trunc round fmod copysign fmax fmin rint exp expm1 log log1p tanh",
    "trigonometry": "sin cos tan atan asin acos sinh cosh asinh acosh atanh",
    "powers": "erf pow",
}
HOMES = {f"{name}f": file for file, names in FILES.items() for name in names.split()}
# Rounded exactly by IEEE 754, or no arithmetic at all: the compiler's own gives the same bits everywhere.
EXACT = ("sqrt", "fabs", "floor", "ceil", "trunc", "copysign", "isnan", "isinf", "isfinite", "signbit")
CURVES = ("expf", "expm1f", "tanhf")  # without a branch
INCLUDE = "#include <math.h>\n"

_CALL = re.compile(r"(?<![\w.])([a-z]+\d*[a-z]*)(?=\()")
_COMMENT = re.compile(r"(/\*.*?\*/)", re.S)


def with_own_math(text: str) -> str:
    """Rewrite a .c file.

    Parameters
    ----------
    text : str
        C that includes math.h.

    Returns
    -------
    str
        The same without it: the functions it calls stand in it.

    Raises
    ------
    UnsupportedError
        It calls a function in double that the house lacks.

    Examples
    --------
    >>> made = with_own_math('#include <math.h>' + chr(10) + 'float f(float x) { return expf(x); }' + chr(10))
    >>> made.splitlines()[-1]
    'float f(float x) { return ut_expf(x); }'
    """
    pieces = _COMMENT.split(text)
    called = {name for code in pieces[::2] for name in _CALL.findall(code)}
    wanted = {HOMES[name] for name in called if name in HOMES}
    lacking = sorted(called & {name.removesuffix("f") for name in HOMES} - set(EXACT))
    if lacking:
        raise UnsupportedError(
            f"{lacking[0]} of float64: the reproducible profile and targets without a C library compute functions in "
            "float32; convert the model to float32"
        )
    pieces[::2] = [_CALL.sub(_own, code).replace(INCLUDE, "") for code in pieces[::2]]
    return _with_files("".join(pieces), [file for file in FILES if file in wanted or file == "elementary"])


def with_own_curves(text: str) -> str:
    """Rewrite a .c file that keeps math.h: the curves that networks are full of become the house's own.

    Their code has no branch, so compilers turn loops over them into vectors; calls of a C library they cannot.

    Examples
    --------
    >>> head = '#include <string.h>' + chr(10)
    >>> with_own_curves(head + 'float f(float x) { return expf(logf(x)); }').splitlines()[-1]
    'float f(float x) { return ut_expf(logf(x)); }'
    """
    pieces = _COMMENT.split(text)
    if not any(name in CURVES for code in pieces[::2] for name in _CALL.findall(code)):
        return text
    pieces[::2] = [_CALL.sub(lambda m: f"ut_{m[1]}" if m[1] in CURVES else m[1], code) for code in pieces[::2]]
    return _with_files("".join(pieces), ["elementary"])


def _with_files(text: str, names: list[str]) -> str:
    """Put files of functions behind the includes; nobody calls them all."""
    own = "\n".join(['#pragma GCC diagnostic ignored "-Wunused-function"', *(_read(name) for name in names)])
    head, last, rest = text.partition("#include <string.h>\n")
    return f"{head}#include <stdint.h>\n{last}\n{own}{rest}" if last else f"#include <stdint.h>\n{own}{head}"


def _own(call: re.Match[str]) -> str:
    name = call.group(1)
    if name in HOMES:
        return f"ut_{name}"
    return f"__builtin_{name}" if name in EXACT else name


def _read(file: str) -> str:
    return (files("undertone.runtime") / "c" / "kernels" / "math" / f"{file}.h").read_text(encoding="utf-8")
