"""Ask what was compiled, whatever it runs on: numbers to a bare network, sound to a bundle.

Programs, modules and firmware take their input in different ways; this is for tests, benchmarks and first trials.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from undertone.compiler.targets import TARGETS, run
from undertone.deployment.artefact import Artefact
from undertone.errors import ToolchainError
from undertone.types import Clip

_SCRIPTS = Path(__file__).parent / "browser"


def ask_network(made: Artefact, x: NDArray[np.float32]) -> bytes:
    """Give inputs to a bare network, one after the other; return its outputs as raw float32.

    Raises
    ------
    ToolchainError
        It cannot be run here, or fails.
    """
    kind = TARGETS[made.target].kind
    if kind == "firmware":
        return _through_file(made, x)
    if kind == "module":
        return _node(made, "ask_network.mjs", x)
    return _done(made, *run(TARGETS[made.target], made.program, stdin=_bytes(x)))


def ask_sound(made: Artefact, clip: Clip) -> NDArray[np.float32]:
    """Give a clip to a bundle; return the scores of the whole.

    A module takes any rate; firmware takes the rate that it was compiled for.

    Raises
    ------
    ToolchainError
        It is not a module or firmware of a bundle, cannot be run here, or fails.
    """
    kind = TARGETS[made.target].kind
    if kind == "module":
        return np.frombuffer(_node(made, "ask_listener.mjs", clip.samples, str(clip.rate)), np.float32)
    if kind != "firmware":
        raise ToolchainError(f"a {kind} of target {made.target!r} takes WAV files: see Artefact.answer")
    told = np.frombuffer(_through_file(made, clip.samples), np.float32)
    rows = told.reshape(-1, len(made.labels) + 2).astype(np.float64)
    lengths = rows[:, 1] - rows[:, 0]
    return np.asarray((rows[:, 2:] * lengths[:, None]).sum(axis=0) / lengths.sum(), np.float32)


def _bytes(x: NDArray[np.float32]) -> bytes:
    return np.ascontiguousarray(x, "<f4").tobytes()


def _through_file(made: Artefact, x: NDArray[np.float32]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "input.f32"
        path.write_bytes(_bytes(x))
        return _done(made, *run(TARGETS[made.target], made.program, [str(path)]))


def _node(made: Artefact, script: str, x: NDArray[np.float32], *arguments: str) -> bytes:
    module = made.program.with_suffix(".mjs").resolve()
    return _done(made, *run(TARGETS[made.target], _SCRIPTS / script, [str(module), *arguments], stdin=_bytes(x)))


def _done(made: Artefact, status: int, out: bytes, words: str) -> bytes:
    if status:
        raise ToolchainError(f"{str(made.program)!r} ends with status {status}: {words.strip()[-500:]}")
    return out
