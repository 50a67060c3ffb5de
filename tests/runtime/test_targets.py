"""The same C, built by the ziglang wheel for other machines and run there, gives the host's bits."""

import io
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from undertone.features import LogMel
from undertone.runtime import host, metal, native
from undertone.runtime.library import LogMelSettings, load

TARGETS = Path("tests/runtime/targets")
FLAGS = [flag for flag in native.C_FLAGS if flag != "-ffreestanding"]
ZIG = [sys.executable, "-m", "ziglang", "cc", "-s", *FLAGS, *native.WARNING_FLAGS, f"-I{native.include_dir()}"]

# Target, compiler flags, and the command that runs its programs on this machine.
NODE = ["node", "--no-warnings", str(TARGETS / "run_wasi.mjs")]
HOSTED = {
    "x86_64 scalar": (["-target", "x86_64-linux-musl", "-DUT_LANES=1"], []),
    "x86_64 128-bit": (["-target", "x86_64-linux-musl", "-mcpu=x86_64"], []),
    "aarch64": (["-target", "aarch64-linux-musl"], ["qemu-aarch64"]),
    "armv7": (["-target", "arm-linux-musleabihf", "-mcpu=cortex_a9"], ["qemu-arm"]),
    "riscv64": (["-target", "riscv64-linux-musl"], ["qemu-riscv64"]),
    "wasm32": (["-target", "wasm32-wasi"], NODE),
    "wasm32 simd": (["-target", "wasm32-wasi", "-msimd128"], NODE),
}

REAL = Path("data/emodb/wav/03a02Wb.flac")


def clips():
    """A real clip; and two so faint that powers, then products, are denormal numbers, which NEON takes for zero."""
    real, rate = soundfile.read(REAL, dtype="float32")
    noise = np.random.default_rng(0).standard_normal(8000).astype(np.float32)
    return [(real, rate), (noise * np.float32(1e-22), 48000), (noise * np.float32(1e-37), 8000)]


def wav(samples, rate):
    file = io.BytesIO()
    soundfile.write(file, samples, rate, format="WAV", subtype="FLOAT")
    return file.getvalue()


def prepared(bytes_of, prepare, settings):
    """A plan in memory that begins as zeros: its pieces are aligned, and nobody writes between them."""
    size = bytes_of(settings)
    memory = np.zeros(size + 63, np.uint8)
    aligned = memory[-memory.ctypes.data % 64 :][:size]
    assert prepare(settings, aligned.ctypes.data, size) == 0
    return aligned[: size - 63]


def expected(samples, rate):
    parts = []
    for feature_set in host.FEATURE_SETS:
        made = host.settings(feature_set=feature_set, segmentation="whole", segment_s=2.5, trim_db=40.0)
        at_rate = host.resample(samples, rate, host.feature_rate(made))
        plan = prepared(load().ut_features_plan_bytes, load().ut_features_plan, made)
        parts += [at_rate, plan, host.features(made, at_rate)]
    frames = LogMelSettings(64, 256, 50.0, 7600.0)
    plan = prepared(load().ut_logmel_plan_bytes, load().ut_logmel_plan, frames)
    return [*parts, plan, LogMel().transform(host.resample(samples, rate, 16000))]


def build(command, sources, program):
    files = [*map(str, native.sources()), str(TARGETS / "exercise.c"), *map(str, sources)]
    subprocess.run([*command, *files, "-o", str(program)], check=True)


def check(answer):
    """The bits of every sample, number and table."""
    for samples, rate in clips():
        done = answer(wav(samples, rate))
        assert done.returncode == 0, done.stdout[-200:] + done.stderr[-2000:]
        at = 0
        for part in expected(samples, rate):
            assert done.stdout[at : at + part.nbytes] == part.tobytes(), part.shape
            at += part.nbytes
        assert at == len(done.stdout)


def need(tool):
    if not shutil.which(tool):
        pytest.skip(f"{tool} is not on this machine")


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTED)
def test_another_machine_gives_the_same_bits(name, tmp_path):
    flags, runner = HOSTED[name]
    if runner:
        need(runner[0])
    program = tmp_path / "exercise"
    build([*ZIG, *flags], [TARGETS / "hosted.c"], program)
    check(lambda data: subprocess.run([*runner, str(program)], input=data, capture_output=True, check=False))


@pytest.mark.slow
@pytest.mark.parametrize("name", metal.BOARDS)
def test_a_machine_without_an_operating_system_gives_the_same_bits(name, tmp_path):
    board, program = metal.BOARDS[name], tmp_path / "exercise"
    need(board.emulator[0])
    build([*ZIG, *metal.flags(board)], [*metal.sources(board), TARGETS / "bare.c"], program)

    def answer(data):
        (tmp_path / "clip.wav").write_bytes(data)
        command = metal.command(board, program, str(tmp_path / "clip.wav"))
        return subprocess.run(command, capture_output=True, timeout=300, check=False)

    check(answer)
