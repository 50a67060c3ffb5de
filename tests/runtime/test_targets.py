"""The same C, built by the ziglang wheel for other machines, gives the host's bits there."""

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from undertone.features import FEATURES, LogMel
from undertone.runtime import host, native

TARGETS = Path("tests/runtime/targets")
ZIG = [sys.executable, "-m", "ziglang", "cc", "-s", *native.C_FLAGS, *native.WARNING_FLAGS, f"-I{native.include_dir()}"]

# Target, compiler flags, and the command that runs its programs on this machine.
RUNNABLE = {
    "x86_64 scalar": (["-target", "x86_64-linux-musl", "-DUT_LANES=1"], []),
    "x86_64 128-bit": (["-target", "x86_64-linux-musl", "-mcpu=x86_64"], []),
    "aarch64": (["-target", "aarch64-linux-musl"], ["qemu-aarch64"]),
    "armv7": (["-target", "arm-linux-musleabihf", "-mcpu=cortex_a9"], ["qemu-arm"]),
    "riscv64": (["-target", "riscv64-linux-musl"], ["qemu-riscv64"]),
    "wasm32": (["-target", "wasm32-wasi"], ["node", "--no-warnings", str(TARGETS / "run_wasi.mjs")]),
    "wasm32 simd": (["-target", "wasm32-wasi", "-msimd128"], ["node", "--no-warnings", str(TARGETS / "run_wasi.mjs")]),
}
# No operating system: one object. The compiler leaves the floating-point unit out unless it is named.
BARE = {
    "cortex-m4": ["-target", "thumb-freestanding-eabihf", "-mcpu=cortex_m4+vfp4d16sp"],
    "cortex-m7": ["-target", "thumb-freestanding-eabihf", "-mcpu=cortex_m7+fp_armv8d16"],
}


def expected():
    seeds, seed = np.empty(24000, np.uint32), 1
    for i in range(len(seeds)):
        seed = (seed * 1664525 + 1013904223) % 2**32
        seeds[i] = seed
    samples = seeds.view(np.int32).astype(np.float32) * np.float32(2.0**-33)
    at_rate = host.resample(samples, 48000, 22050)
    begin, end = host.trim(at_rate, 40.0)
    article = FEATURES["article.v1"].compute(at_rate[begin:end])
    return np.concatenate([article, LogMel().transform(host.resample(samples, 48000, 16000)).ravel()])


@pytest.mark.slow
@pytest.mark.parametrize("name", RUNNABLE)
def test_another_machine_gives_the_same_bits(name, tmp_path):
    flags, runner = RUNNABLE[name]
    if runner and not shutil.which(runner[0]):
        pytest.skip(f"{runner[0]} is not on this machine")
    program = tmp_path / "exercise.wasm"
    hosted = [flag for flag in ZIG if flag != "-ffreestanding"]
    sources = [*map(str, native.sources()), str(TARGETS / "exercise.c")]
    subprocess.run([*hosted, *flags, *sources, "-o", str(program)], check=True)
    done = subprocess.run([*runner, str(program)], capture_output=True, check=True)
    np.testing.assert_array_equal(np.frombuffer(done.stdout, np.float32), expected())


@pytest.mark.slow
@pytest.mark.parametrize("name", BARE)
def test_compiles_without_an_operating_system(name, tmp_path):
    files = [*map(str, native.sources()), "-o", str(tmp_path / "frontend.o")]
    subprocess.run([*ZIG, *BARE[name], "-r", "-nostdlib", *files], check=True)
    assert (tmp_path / "frontend.o").stat().st_size > 10_000
