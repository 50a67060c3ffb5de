"""How large a stream's state is, for each number of frames that a processor computes at once."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

from undertone.compiler import toolchain
from undertone.deployment.parts import FrontEndSettings
from undertone.errors import ToolchainError
from undertone.runtime import native
from undertone.runtime.host import FEATURE_SETS, SEGMENTATIONS

#: Scalar, 128-bit, 256-bit and 512-bit vectors; see undertone_width.h.
WIDTHS = (1, 4, 8, 16)


@cache
def state_bytes(settings: FrontEndSettings, rate: int, arena_bytes: int) -> dict[int, int]:
    """Ask the C itself, built for this machine with each width in turn.

    Parameters
    ----------
    settings : FrontEndSettings
        Of the bundle.
    rate : int
        Of the microphone, in Hz.
    arena_bytes : int
        Of the network.

    Returns
    -------
    dict of int to int
        Width to bytes; empty if segments have no bounded length.
    """
    kinds = [FEATURE_SETS[settings.feature_set], SEGMENTATIONS[settings.segmentation]]
    arguments = [str(v) for v in (*kinds, settings.segment_s, settings.trim_db, rate, arena_bytes)]
    with tempfile.TemporaryDirectory() as folder:
        sizes = {lanes: _ask(Path(folder) / f"sizes{lanes}", lanes, arguments) for lanes in WIDTHS}
    return sizes if all(sizes.values()) else {}


def _ask(program: Path, lanes: int, arguments: list[str]) -> int:
    sources = [*native.sources(), *native.listener_sources(), native.C_DIR / "program" / "sizes.c"]
    flags = [f"-DUT_LANES={lanes}", "-O1"]
    toolchain.build(sources, program, include=[native.include_dir()], flags=flags, cpu="baseline")
    status, out, words = toolchain.run(program, arguments)
    if status:
        raise ToolchainError(f"the program that measures a stream's state ends with status {status}: {words}")
    return int(out)
