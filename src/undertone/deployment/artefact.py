"""What compiling gives: a folder of C, a program, and how to ask it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from undertone.compiler.targets import TARGETS, run
from undertone.errors import ToolchainError
from undertone.types import Prediction, Segment


@dataclass(frozen=True)
class Artefact:
    """A compiled model.

    Attributes
    ----------
    folder : Path
        Where everything lies.
    program : Path
        What was built; of sources alone, the lines that build them.
    sources : tuple of Path
        The C that it was built from, and its headers.
    target : str
        What it runs on.
    hears : bool
        True: it takes WAV files; False: a bare network, raw float32.
    weights : int
        Number of weights.
    arena_bytes, bound_bytes : int
        Working memory of the network, and the least that any plan could do with.
    dtype : str
        "f32", or "s8": integers as far as the operators have such a form.
    islands : tuple of str
        Of "s8": what stays float32, by node.
    labels : tuple of str
        Of a bundle.
    unknown_below : float or None
        Of a bundle: a best score below it is answered "unknown".
    """

    folder: Path
    program: Path
    sources: tuple[Path, ...]
    target: str
    hears: bool
    weights: int
    arena_bytes: int
    bound_bytes: int
    dtype: str = "f32"
    islands: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    unknown_below: float | None = None

    def summary(self) -> tuple[str, ...]:
        """Say in a few lines what was made."""
        target = TARGETS[self.target]
        takes = (" FILE.wav..." if self.hears else " < floats > floats") if target.kind == "program" else ""
        untried = "" if target.run_by or target.kind == "sources" else "; built here, not run"
        return (
            f"{target.kind}  {self.program}{takes}  ({self.program.stat().st_size:,} bytes, {self.target}{untried})",
            f"C        {self.folder / 'c'}  ({len(self.sources)} files)",
            f"network  {self.weights:,} weights; {self.arena_bytes:,} bytes of working memory "
            f"(no plan of its blocks can need less than {self.bound_bytes:,})",
            *(
                [f"integers {f'all but {named}' if (named := ', '.join(self.islands)) else 'all'}"]
                * (self.dtype == "s8")
            ),
            *([f"report   {page}"] if (page := self.folder / "report.html").is_file() else []),
        )

    def answer(self, files: Sequence[Path]) -> tuple[Prediction, ...]:
        """Ask the program about WAV files.

        Raises
        ------
        ToolchainError
            It does not answer all of them; its own words follow.
        """
        status, out, words = run(TARGETS[self.target], self.program, [str(file) for file in files])
        if status:
            raise ToolchainError(f"the program {str(self.program)!r} answers with status {status}: {words.strip()}")
        return tuple(_prediction(json.loads(line), self.unknown_below) for line in out.decode().splitlines())


def _prediction(values: dict, unknown_below: float | None) -> Prediction:  # type: ignore[type-arg]
    labels = tuple(values["scores"])
    return Prediction(
        values["file"],
        labels,
        np.array([values["scores"][label] for label in labels], np.float32),
        tuple(Segment(s["begin"], s["end"]) for s in values["segments"]),
        np.array([[s["scores"][label] for label in labels] for s in values["segments"]], np.float32),
        tuple(values["notes"]),
        unknown_below,
    )
