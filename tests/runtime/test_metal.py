"""Bare metal: start-up, output, files, exit status and instruction counts of each board, under the emulator."""

import shutil
import subprocess
import sys

import pytest

from undertone.runtime import metal

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", params=metal.BOARDS)
def probe(request, tmp_path_factory):
    board, program = metal.BOARDS[request.param], tmp_path_factory.mktemp(request.param) / "probe"
    if not shutil.which(board.emulator[0]):
        pytest.skip(f"{board.emulator[0]} is not on this machine")
    warnings = ["-Wall", "-Wextra", "-Wconversion", "-Werror"]
    files = [*metal.sources(board), "tests/runtime/metal/probe.c"]
    zig = [sys.executable, "-m", "ziglang", "cc", "-std=c11", "-O2", *warnings, *metal.flags(board)]
    subprocess.run([*zig, *map(str, files), "-o", str(program)], check=True)

    def ask(word):
        done = subprocess.run(metal.command(board, program, word), capture_output=True, timeout=60, check=False)
        return done.returncode, done.stdout

    return ask


def test_data_is_copied_and_the_rest_is_zero(probe):
    assert probe("memory") == (5, b"140")


def test_instructions_are_counted(probe):
    """A loop of two instructions, 5e8 times: more than a round of SysTick, and what the clock can tell apart."""
    status, words = probe("count")
    assert status == 5
    assert int(words) - 1_000_000_000 in range(0, 200)


def test_the_deepest_use_of_the_stack_is_seen(probe):
    status, words = probe("stack")
    assert status == 5
    assert int(words) - 8192 in range(0, 1000)


def test_a_file_of_the_host_is_read_with_any_name(probe, tmp_path):
    path = tmp_path / "a b, c"
    path.write_bytes(b"sixty-four bytes at most are asked for, and this is more than that by a few")
    assert probe(str(path)) == (5, path.read_bytes()[:64])
    assert probe(str(tmp_path / "none")) == (5, b"")


def test_a_fault_is_told(probe):
    assert probe("fault") == (70, b"fault: the program was stopped by an exception of the processor\n")
