"""Emitted C under the address and undefined-behaviour sanitizers, with warnings about conversions as errors.

The ziglang wheel has no runtime of the address sanitizer, so the system's compiler is asked; without one the checks
are skipped and say so. Arena, input and output are globals of exactly the sizes that the header names: a byte read or
written beyond one ends the program.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from undertone.compiler import evaluate, toolchain
from undertone.compiler.emission.trial import trial_files

from .networks import SHOWN, along_time

pytestmark = pytest.mark.slow
FLAGS = ("-std=c11", "-O1", "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all")
WARNINGS = ("-Wall", "-Wextra", "-Wconversion", "-Wshadow", "-Werror", "-Wno-unused-function")
NETWORKS = {**{name: network for name, (network, _) in SHOWN.items()}, "along": along_time}
WIDTHS = ("", "-DUT_LANES=1")


def seeded() -> np.random.Generator:
    return np.random.default_rng(7)


@pytest.fixture(scope="module")
def compiler(tmp_path_factory) -> str:
    """Name a system compiler that links the sanitizers."""
    folder = tmp_path_factory.mktemp("probe")
    (folder / "probe.c").write_text("int main(void) { return 0; }\n")
    for name in ("gcc", "clang"):
        command = [name, *FLAGS, "probe.c", "-o", "probe"]
        if shutil.which(name) and not subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode:
            return name
    pytest.skip("no gcc or clang with the sanitizers' runtime on this machine")


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("goal", ["speed", "ram"])
@pytest.mark.parametrize("name", NETWORKS)
def test_nothing_is_read_or_written_beyond_its_end(name, goal, width, compiler, tmp_path):
    graph = NETWORKS[name]()
    x = seeded().normal(size=graph.tensors[graph.inputs[0]].shape).astype(np.float32)
    out = sanitized(trial_files(graph, optimize=goal), x, compiler, [width] if width else [], tmp_path)
    y = np.frombuffer(out, np.float32)
    assert np.abs(y - evaluate(graph, {graph.inputs[0]: x})[graph.outputs[0]].ravel()).max() < 1e-5


def sanitized(files, x, compiler: str, flags: list[str], folder: Path) -> bytes:
    """Build with the sanitizers and run."""
    for name, text in files.items():
        (folder / name).write_bytes(text.encode() if isinstance(text, str) else text)
    sources = sorted(path.name for path in folder.glob("*.c"))
    command = [compiler, *FLAGS, *WARNINGS, *flags, *sources, "-lm", "-o", "trial"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    status, out, words = toolchain.run(folder / "trial", stdin=x.tobytes(), seconds=60)
    assert status == 0, words[-3000:]
    return out


def test_the_sanitizer_sees_an_arena_that_is_too_small(compiler, tmp_path):
    """What would prove these checks blind: one float less than the plan asks for."""
    graph = NETWORKS["small"]()
    files = dict(trial_files(graph))
    main = next(name for name in files if name.endswith("_main.c"))
    files[main] = files[main].replace("ARENA_BYTES]", "ARENA_BYTES - 64]")
    with pytest.raises(AssertionError, match="AddressSanitizer"):
        sanitized(files, seeded().normal(size=(1, 19, 3)).astype(np.float32), compiler, [], tmp_path)
