"""C that other compilers write from an ONNX file: onnx2c and emx-onnx-cgen, where the reader has them.

Nothing of theirs lies in this project. Their programs are found by `$ONNX2C` and `$EMX_ONNX_CGEN`, or on the path.
Their C is compiled by the compiler that ours goes through, with the same flags, and measured from its object in the
same way.
"""

from __future__ import annotations

import ctypes
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from undertone.compiler import toolchain
from undertone.compiler.measure import Sizes, measure
from undertone.compiler.targets import TARGETS, run
from undertone.runtime import metal

#: What each project's own page says of its C: it is quicker so. Ours is never compiled like this.
FAST_MATH = ("-ffast-math",)
# Their loops give warnings under ours, and they want no trap of signed overflow.
QUIET = ("-w",)
Run = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Writer:
    """Another compiler: how it is called, and the function that it writes."""

    variable: str
    program: str
    entry: str
    options: tuple[str, ...]
    to_stdout: bool

    def found(self) -> str:
        """Name its program, or raise `LookupError` with what to do."""
        path = os.environ.get(self.variable) or shutil.which(self.program)
        if not path or not shutil.which(path):
            raise LookupError(f"{self.program} is not installed; name its program in ${self.variable}")
        return path

    def write(self, model: Path, out: Path) -> None:
        """Write the C of an ONNX file, or raise `LookupError` with its last words."""
        command = [self.found(), *self.options, str(model), *([] if self.to_stdout else [str(out)])]
        done = subprocess.run(command, capture_output=True, check=False, timeout=600)
        if done.returncode:
            words = [w for w in done.stderr.decode(errors="replace").splitlines() if "nimplemented" in w or "rror" in w]
            raise LookupError(f"{self.program}: {(words or ['status ' + str(done.returncode)])[0][:200]}")
        if self.to_stdout:
            out.write_bytes(done.stdout)


WRITERS = {
    "onnx2c": Writer("ONNX2C", "onnx2c", "entry", ("-l0",), True),
    # All in the C, nothing on the heap and no file of weights: as firmware wants it.
    "emx_onnx_cgen": Writer(
        "EMX_ONNX_CGEN",
        "emx-onnx-cgen",
        "net",
        ("compile", "--large-temp-threshold", "0", "--large-weight-threshold", "0", "--model-name", "net"),
        False,
    ),
}


def library(source: Path, out: Path, flags: tuple[str, ...]) -> Path:
    """Compile a file to a library that Python can load."""
    toolchain.build([source], out, flags=[*flags, *QUIET], shared=True)
    return out


def loaded(file: Path, entry: str, outputs: tuple[int, ...], arena_bytes: int = 0) -> Run:
    """Load a function of input and output, and of an arena where there is one."""
    function = getattr(ctypes.CDLL(str(file)), entry)
    function.restype, function.argtypes = None, [ctypes.c_void_p] * (3 if arena_bytes else 2)
    memory = np.zeros(arena_bytes + 64, np.uint8)
    arena = memory[-memory.ctypes.data % 64 :]

    def call(x: np.ndarray) -> np.ndarray:
        y = np.empty(outputs, np.float32)
        function(x.ctypes.data, y.ctypes.data, *([arena.ctypes.data] if arena_bytes else []))
        return y

    return call


def sizes(source: Path, entry: str, flags: tuple[str, ...] = ()) -> Sizes:
    """Measure its object, made for this machine: code, constants, static buffers, and the deepest stack."""
    return measure(source, entry, flags=[*flags, *QUIET])


def instructions(source: Path, entry: str, inputs: int, outputs: int, stack_bytes: int, folder: Path) -> int:
    """Count a run on a Cortex-M4 under the emulator, on a stack of its own.

    Raises
    ------
    ToolchainError
        No emulator, or the C does not build or run there.
    """
    target, board = TARGETS["cortex-m4"], metal.BOARDS["cortex-m4"]
    (folder / "stdlib.h").write_text("#include <stddef.h>\n")
    (folder / "main.c").write_text(_MAIN % {
        "entry": entry, "inputs": inputs, "outputs": outputs, "stack": stack_bytes + 8192
    })  # fmt: skip
    np.random.default_rng(0).normal(size=inputs).astype("<f4").tofile(folder / "x.f32")
    toolchain.build(
        [source, folder / "main.c", *metal.sources(board)],
        folder / "count",
        include=[folder],
        flags=[*target.flags, *QUIET],
        triple=target.triple,
        cpu=target.cpu,
    )
    status, out, words = run(target, folder / "count", [str(folder / "x.f32")])
    found = re.search(r"\d+", out.decode())
    if status or not found:
        raise toolchain.ToolchainError(f"{source.name} ends with status {status} on a Cortex-M4: {words.strip()[:200]}")
    return int(found[0])


_MAIN = """#include "metal.h"

void %(entry)s(const float *input, float *output);

static float input[%(inputs)d], output[%(outputs)d];
static _Alignas(8) unsigned char stack[(%(stack)d + 7) / 8 * 8]; /* some want more than a board's start-up gives */

static void run(void) {
    register const float *x __asm__("r0") = input;
    register float *y __asm__("r1") = output;
    __asm__ volatile("mov r4, sp; mov sp, %%2; blx %%3; mov sp, r4"
                     : "+r"(x), "+r"(y)
                     : "r"(stack + sizeof stack), "r"(%(entry)s)
                     : "r2", "r3", "r4", "r12", "lr", "cc", "memory", "s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7",
                       "s8", "s9", "s10", "s11", "s12", "s13", "s14", "s15");
}

int main(void) {
    if (metal_read_file(metal_argument(), input, sizeof input) != sizeof input) return 1;
    const uint64_t before = metal_instructions();
    run();
    metal_print_number(metal_instructions() - before);
    metal_print("\\n");
    return 0;
}
"""
