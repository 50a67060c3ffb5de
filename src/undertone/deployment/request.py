"""`Request`: what `compile_model` asks of the kinds of artefact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from undertone.compiler import Graph, optimise, toolchain
from undertone.compiler.passes.winograd import choose_winograd
from undertone.compiler.planning.lean import choose_lean
from undertone.compiler.targets import Target, profile_flags
from undertone.deployment.parts import ProgramParts
from undertone.errors import UnsupportedError


@dataclass(frozen=True)
class Request:
    """What is to be made.

    Attributes
    ----------
    graph : Graph
        The network.
    parts : ProgramParts, optional
        What a bundle adds; a bare network has none.
    word : str
        What files and functions are called.
    target : Target
        What it is built for.
    profile : str
        "fast" or "reproducible".
    optimize : str
        "speed" or "ram".
    dtype : str
        "f32" or "s8": what the graph was turned into.
    changed : mapping of str to values
        Of a bundle in "s8": what it changed in the answers (`undertone.deployment.before_after`); empty where it was
        not asked for.
    """

    graph: Graph
    parts: ProgramParts | None
    word: str
    target: Target
    profile: str = "fast"
    optimize: str = "speed"
    dtype: str = "f32"
    changed: Mapping[str, Any] = field(default_factory=dict)

    @property
    def hears(self) -> bool:
        """Whether it takes sound."""
        return self.parts is not None

    @property
    def winograd(self) -> bool:
        """Whether long convolutions go by Winograd's form: faster, of more memory or weights, with other bits."""
        return self.target.large_caches and self.profile == "fast"

    @property
    def lean(self) -> Graph:
        """The graph as its C is written: the passes have run."""
        lean = optimise(self.graph)
        if not self.winograd:
            return lean
        return choose_winograd(lean) if self.optimize == "speed" else choose_lean(lean)

    def need_bounded_segments(self) -> None:
        """Raise `UnsupportedError` if a bundle's segments have no bounded length, so that no memory is enough."""
        if self.parts and not self.parts.settings.streams:
            raise UnsupportedError(
                f"target {self.target.name!r}: segments of {self.parts.settings.segmentation!r} have no bounded "
                "length; it needs a bundle of segmentation 'grid'"
            )

    def build(
        self, folder: Path, out: Path, flags: tuple[str, ...] = (), *, main: str = "", beside: Sequence[Path] = ()
    ) -> Path:
        """Compile all C of ``folder/c``, ``main`` of ``folder/program`` and further files for target and profile.

        Returns
        -------
        Path
            What was asked for: ``out``.
        """
        c, program = folder / "c", folder / "program"
        toolchain.build(
            [*sorted(c.rglob("*.c")), *([program / main] if main else []), *beside],
            out,
            include=[c, c / "include", program],
            flags=[*profile_flags(self.profile), *self.target.flags, *flags],
            triple=self.target.triple,
            cpu=self.target.cpu_of(self.profile),
        )
        return out
