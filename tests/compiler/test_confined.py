"""`benchmarks/confined.py`: a library that asks the processor hears of no AVX-512, and of all else as it is."""

import platform
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from undertone.compiler import toolchain

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"

ASKER_C = """
#include <cpuid.h>
/* The second number of the constant is CPUID's two bytes inside another instruction: it must stay. */
unsigned constant(void) { return 0xa20f1234u; }
void ask(unsigned leaf, unsigned subleaf, unsigned *r) { __cpuid_count(leaf, subleaf, r[0], r[1], r[2], r[3]); }
"""

ASK = """
import ctypes, sys
sys.path[:0] = sys.argv[1:3]
from confined import Confined
confined = Confined(("asker",), hide=sys.argv[3] == "hide") if sys.argv[3] != "free" else None
import asker
library = ctypes.CDLL(asker.__file__.replace("__init__.py", "asker.so"))
leaves = [(7, 0), (7, 1), (1, 0), (0, 0)]
for leaf in leaves:
    r = (ctypes.c_uint * 4)()
    library.ask(*leaf, r)
    print(*r)
library.constant.restype = ctypes.c_uint
print(library.constant(), confined.asked if confined else 0)
"""


@pytest.mark.skipif(
    (sys.platform, platform.machine()) != ("linux", "x86_64") or shutil.which("objdump") is None,
    reason="needs x86-64 Linux and binutils' objdump",
)
def test_a_library_hears_of_no_avx512(tmp_path):
    package = tmp_path / "asker"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (tmp_path / "asker.c").write_text(ASKER_C)
    toolchain.build([tmp_path / "asker.c"], package / "asker.so", shared=True)
    told = {}
    for how in ("free", "through", "hide"):
        command = [sys.executable, "-c", ASK, str(BENCHMARKS), str(tmp_path), how]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        told[how] = [[int(word) for word in line.split()] for line in done.stdout.splitlines()]
    assert [told[how][4] for how in told] == [[0xA20F1234, 0], [0xA20F1234, 4], [0xA20F1234, 4]]
    still = 0xFFFFFF  # leaf 1's EBX says in its upper byte on which core it was asked
    masked = {
        how: [*lines[:2], [lines[2][0], lines[2][1] & still, *lines[2][2:]], lines[3]] for how, lines in told.items()
    }
    assert masked["free"] == masked["through"]
    assert masked["hide"][2:] == masked["free"][2:]
    foundation, avx2 = 1 << 16, 1 << 5
    assert not told["hide"][0][1] & foundation and told["hide"][0][1] & avx2 == told["free"][0][1] & avx2
