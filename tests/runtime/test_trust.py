"""The C under sanitizers: damaged files and streams cut at random, with buffers of exactly the size asked for."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from undertone.runtime import native

FUZZ = Path("tests/runtime/fuzz/frontend_fuzz.c")
CHECKS = ["-std=gnu11", "-O1", "-g", "-ffp-contract=off", "-fno-math-errno", *native.WARNING_FLAGS]


def build(compiler, folder, *flags):
    program = folder / "frontend_fuzz"
    files = [f"-I{native.include_dir()}", *map(str, native.sources()), str(FUZZ), "-lm", "-o", str(program)]
    subprocess.run([*compiler, *CHECKS, *flags, *files], check=True, timeout=300)
    return program


def run(program, files, seed):
    done = subprocess.run([program, str(files), str(seed)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-4000:]


def test_undefined_behaviour_traps_and_none_is_found(tmp_path):
    zig = [sys.executable, "-m", "ziglang", "cc", "-s"]
    run(build(zig, tmp_path, "-fsanitize=undefined", "-fsanitize-trap=undefined"), 1000, 1)


@pytest.mark.slow
@pytest.mark.parametrize("lanes", [1, 4])
def test_no_address_fault_in_minutes(tmp_path, lanes):
    """The ziglang wheel has no AddressSanitizer, so this needs a system compiler; one lane is for small devices."""
    compiler = shutil.which("clang") or shutil.which("gcc")
    if not compiler:
        pytest.skip("no clang or gcc on this machine")
    sanitize = ["-fsanitize=address,undefined", "-fno-sanitize-recover", f"-DUT_LANES={lanes}"]
    run(build([compiler], tmp_path, *sanitize), 50_000, 7)
