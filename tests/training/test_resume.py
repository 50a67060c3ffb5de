"""A killed run goes on as if nothing had been."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

PROGRAM = Path(__file__).parent / "train_small.py"
STEPS = 6 * 6


def start(run: Path, backend: str) -> subprocess.Popen:
    environment = {**os.environ, "KERAS_BACKEND": backend}
    return subprocess.Popen(
        [sys.executable, str(PROGRAM), str(run)], stdout=subprocess.PIPE, text=True, env=environment
    )


def finish(run: Path, backend: str) -> int:
    """Train to the end; return the steps that were left to do."""
    with start(run, backend) as process:
        steps = len(process.stdout.readlines())
    assert process.returncode == 0
    return steps


def kill_at(step: int, run: Path, backend: str) -> None:
    with start(run, backend) as process:
        while int(process.stdout.readline()) < step:
            pass
        process.kill()


@pytest.mark.parametrize("backend", ["jax", "tensorflow", "torch"])
def test_killed_run_equals_unbroken_run(backend, tmp_path):
    if importlib.util.find_spec(backend) is None:
        pytest.skip(f"{backend} is not installed")
    step = int(np.random.default_rng().integers(7, STEPS - 6))
    assert finish(tmp_path / "unbroken", backend) == STEPS
    kill_at(step, tmp_path / "killed", backend)
    assert 0 < finish(tmp_path / "killed", backend) < STEPS, f"killed at step {step}"
    for name in ("best.h5", "history.json"):
        assert (tmp_path / "killed" / name).read_bytes() == (tmp_path / "unbroken" / name).read_bytes(), (name, step)
    assert not list((tmp_path / "killed").glob(".*")), "what the killed run was writing is still there"
