"""Machines without an operating system: how freestanding C is built for them, and the emulator that runs it.

Only data and command lines: `undertone.compiler.toolchain` starts the compiler and what it built.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from undertone.runtime.native import C_DIR

METAL_DIR = C_DIR / "metal"


@dataclass(frozen=True)
class Board:
    """One kind of machine that the emulator knows.

    Attributes
    ----------
    triple, processor : str
        What the compiler calls it. A floating-point unit has to be named, or the compiler leaves it out.
    startup : str
        The C file that begins and ends a program.
    script : str
        The linker script: where code, constants, data and stack lie.
    emulator : tuple of str
        The command, without the program.
    flags : tuple of str
        Further flags of the compiler.
    ram_bytes : int
        What the script gives to data and stack.
    """

    triple: str
    processor: str
    startup: str
    script: str
    emulator: tuple[str, ...]
    flags: tuple[str, ...] = ()
    ram_bytes: int = 4 << 20


BOARDS = {
    "cortex-m4": Board(
        "thumb-freestanding-eabihf",
        "cortex_m4+vfp4d16sp",
        "cortex_m.c",
        "mps2_an386.ld",
        ("qemu-system-arm", "-M", "mps2-an386"),
    ),
    "cortex-m7": Board(
        "thumb-freestanding-eabihf",
        "cortex_m7+fp_armv8d16",
        "cortex_m.c",
        "mps2_an500.ld",
        ("qemu-system-arm", "-M", "mps2-an500"),
    ),
    "riscv32": Board(
        "riscv32-freestanding-none",
        "generic_rv32+m+a+f+d+c",
        "riscv.c",
        "riscv_virt.ld",
        ("qemu-system-riscv32", "-M", "virt", "-bios", "none"),
        ("-mabi=ilp32d", "-mcmodel=medany"),
        64 << 20,
    ),
}


def sources(board: Board) -> list[Path]:
    """Return the C files that a program with a ``main`` needs beside its own.

    Examples
    --------
    >>> [path.name for path in sources(BOARDS["cortex-m4"])]
    ['cortex_m.c', 'semihost.c']
    """
    return [METAL_DIR / board.startup, METAL_DIR / "semihost.c"]


def flags(board: Board) -> tuple[str, ...]:
    """Return the compiler's flags for a program on a board; add ``-O3`` or ``-Os``, `sources`, and ``-o PROGRAM``.

    The folder with ``metal.h`` is among the includes, and so is one with as much of ``string.h`` and ``math.h`` as the
    compiler's own library has. ``-s`` leaves out what only a debugger needs.
    """
    return ("-target", board.triple, f"-mcpu={board.processor}", *options(board))


def options(board: Board) -> tuple[str, ...]:
    """Return `flags` without the names of machine and processor."""
    own = ("-ffreestanding", "-ffunction-sections", "-fdata-sections", "-Wl,--gc-sections", "-s")
    link = f"-Wl,-T,{METAL_DIR / board.script}"
    include = (f"-I{METAL_DIR}", f"-I{METAL_DIR / 'include'}")
    return (*board.flags, *own, *include, link)


def command(board: Board, program: Path, argument: str = "") -> list[str]:
    """Return the command that runs a program: its output on standard output, its status, exact instruction counts.

    `argument` is a text for the program, which asks for it with ``metal_argument``.

    Examples
    --------
    >>> " ".join(command(BOARDS["cortex-m4"], Path("p.elf")))[:60]
    'qemu-system-arm -M mps2-an386 -nographic -monitor none -seri'
    """
    words = ",arg=program" + (f",arg={argument.replace(',', ',,')}" if argument else "")
    quiet = ("-nographic", "-monitor", "none", "-serial", "none", "-icount", "shift=0")
    semihosting = ("-semihosting-config", f"enable=on,target=native{words}")
    return [*board.emulator, *quiet, *semihosting, "-kernel", str(program)]
