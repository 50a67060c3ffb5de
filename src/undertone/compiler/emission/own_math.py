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
    own = "\n".join(_read(file) for file in FILES if file in wanted or file == "elementary")
    head, stdlib, rest = "".join(pieces).partition("#include <stddef.h>\n")
    return f"{head}{stdlib}#include <stdint.h>\n{own}{rest}" if stdlib else f"#include <stdint.h>\n{own}{head}"


def _own(call: re.Match[str]) -> str:
    name = call.group(1)
    if name in HOMES:
        return f"ut_{name}"
    return f"__builtin_{name}" if name in EXACT else name


def _read(file: str) -> str:
    return (files("undertone.runtime") / "c" / "kernels" / "math" / f"{file}.h").read_text(encoding="utf-8")
