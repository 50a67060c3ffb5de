"""`Target`: a kind of machine, as the C compiler and the emulators name it."""

from __future__ import annotations

from dataclasses import dataclass

KINDS = ("program", "module", "firmware", "shared library", "Arduino library", "sources")


@dataclass(frozen=True)
class Target:
    """One thing that C is built for.

    Attributes
    ----------
    name : str
        What ``--target`` takes.
    kind : str
        One of `KINDS`: what is built.
    triple : str
        As zig writes it; empty for this machine, and for sources alone.
    cpu : str
        As zig writes it: the oldest processor that runs what is built.
    reproducible_cpu : str
        The same for the reproducible profile, where the vector registers of ``cpu`` flush the smallest numbers to zero.
    flags : tuple of str
        For the compiler, after the house's own.
    ending : str
        Of the file that is built.
    runner : tuple of str
        The command that runs it on a machine of another kind; empty when it runs by itself.
    run_by : str
        The same in words; empty when it is built and not run.
    machine : str
        What it is for, in words.
    """

    name: str
    kind: str
    triple: str
    machine: str
    cpu: str = ""
    reproducible_cpu: str = ""
    flags: tuple[str, ...] = ()
    ending: str = ""
    runner: tuple[str, ...] = ()
    run_by: str = ""

    @property
    def hosted(self) -> bool:
        """Whether there is an operating system, with the C library and its math.h."""
        return self.kind in ("program", "Arduino library", "sources")

    @property
    def large_caches(self) -> bool:
        """Whether its processors have caches of some hundred KB, and storage for more weights: PCs, servers, phones."""
        return self.kind in ("program", "shared library") and not self.triple.startswith(("arm-", "riscv"))

    def cpu_of(self, profile: str) -> str:
        """Return the processor for a profile."""
        return self.reproducible_cpu if profile == "reproducible" and self.reproducible_cpu else self.cpu
