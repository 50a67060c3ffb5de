"""The functions that stand in for math.h: judged by numpy in double, ends of the range and the smallest numbers too."""

import math

import numpy as np
import pytest

from undertone.compiler import emit_c, toolchain
from undertone.compiler.emission.own_math import HOMES, with_own_math
from undertone.compiler.graph import Tensor
from undertone.compiler.importers.builder import GraphBuilder
from undertone.errors import UnsupportedError

EXACT = {
    "sqrtf": np.sqrt,
    "fabsf": np.abs,
    "floorf": np.floor,
    "ceilf": np.ceil,
    "truncf": np.trunc,
    "roundf": lambda x: np.trunc(x + np.copysign(0.5, x)),
    "rintf": np.rint,
}
CLOSE = {
    "expf": np.exp,
    "expm1f": np.expm1,
    "logf": np.log,
    "log1pf": np.log1p,
    "tanhf": np.tanh,
    "sinf": np.sin,
    "cosf": np.cos,
    "tanf": np.tan,
    "atanf": np.arctan,
    "asinf": np.arcsin,
    "acosf": np.arccos,
    "sinhf": np.sinh,
    "coshf": np.cosh,
    "asinhf": np.arcsinh,
    "acoshf": np.arccosh,
    "atanhf": np.arctanh,
    "erff": np.vectorize(math.erf),
}
PAIRS = {"powf": np.power, "fmodf": np.fmod, "copysignf": np.copysign, "fmaxf": np.fmax, "fminf": np.fmin}
ENDS = [
    0.0,
    -0.0,
    1.0,
    -1.0,
    0.5,
    2.5,
    -2.5,
    np.inf,
    -np.inf,
    np.nan,
    1e-45,
    -1e-42,
    1.1754944e-38,
    88.7,
    -87.5,
    -103,
    89,
]


def sweep():
    rng = np.random.default_rng(3)
    wide = rng.choice([-1, 1], 4000) * np.exp(rng.uniform(-40, 6, 4000))
    return np.concatenate([np.array(ENDS), wide, rng.uniform(-1, 1, 4000), rng.uniform(-9, 9, 4000)]).astype(np.float32)


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    """Each function on the sweep, and each function of two on the sweep and its reverse."""
    folder = tmp_path_factory.mktemp("math")
    calls = [f"for (int i = 0; i < n; i++) y[i] = {f}(x[i]); write();" for f in (*EXACT, *CLOSE)]
    calls += [f"for (int i = 0; i < n; i++) y[i] = {f}(x[i], x[n - 1 - i]); write();" for f in PAIRS]
    body = "\n    ".join(calls)
    text = f"""#include <math.h>
#include <stddef.h>
#include <stdio.h>
static float x[1 << 16], y[1 << 16];
static int n;
static void write(void) {{ fwrite(y, 4, (size_t)n, stdout); }}
int main(void) {{
    n = (int)fread(x, 4, 1 << 16, stdin);
    {body}
}}
"""
    (folder / "all.c").write_text(with_own_math(text))
    flags = ("-ffp-contract=off", "-Wconversion", "-Wshadow", "-Werror")
    toolchain.build([folder / "all.c"], folder / "all", flags=flags)
    x = sweep()
    status, out, words = toolchain.run(folder / "all", stdin=x.tobytes())
    assert status == 0, words
    names = [*EXACT, *CLOSE, *PAIRS]
    return dict(zip(names, np.frombuffer(out, np.float32).reshape(len(names), -1), strict=True))


def test_all_functions_are_judged():
    assert set(EXACT) | set(CLOSE) | set(PAIRS) == set(HOMES)


@pytest.mark.parametrize("name", [*EXACT, *CLOSE, *PAIRS])
def test_a_function_is_right(name, answers):
    x, got = sweep().astype(np.float64), answers[name]
    with np.errstate(all="ignore"):
        if name in PAIRS:
            right = PAIRS[name](x, x[::-1])
        else:
            right = (EXACT.get(name) or CLOSE[name])(x)
        want = right.astype(np.float32)
        if name in EXACT or name in ("fmodf", "copysignf", "fmaxf", "fminf"):
            np.testing.assert_array_equal(got, want)
            return
        assert np.array_equal(np.isnan(got), np.isnan(want)), sweep()[np.isnan(got) != np.isnan(want)][:5]
        assert np.array_equal(np.isinf(got), np.isinf(want)), sweep()[np.isinf(got) != np.isinf(want)][:5]
        # Near the zeros of sin and its like, an argument reduced in double is right to 1e-16 of pi, not of the result.
        room = 4 * np.spacing(np.abs(want)) + (3e-10 if name in ("sinf", "cosf", "tanf") else 0)
        wrong = np.isfinite(want) & (np.abs(got - right) > room)
        assert not wrong.any(), (sweep()[wrong][:5], got[wrong][:5], want[wrong][:5])


def test_a_file_without_functions_needs_no_math():
    b = GraphBuilder("plain", "a network of the tests")
    x = b.input("x", Tensor((4,)))
    made = str(emit_c(b.graph([b.add("Add", [x, x], "y")]), "plain", own_math=True)["plain.c"])
    assert "math.h>" not in made


def test_functions_in_double_are_refused_by_name():
    with pytest.raises(UnsupportedError, match="exp of float64"):
        with_own_math("double f(double x) { return exp(x); } /* log(x) */")
