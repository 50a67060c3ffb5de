"""Boards, and whether a model's flash and RAM fit them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True)
class Board:
    """A board, and what it has for a program.

    Attributes
    ----------
    name, processor : str
        Of the board; of its chip and cores, and whether these compute with floats.
    clock_hz : int
        The highest that it keeps up.
    flash_bytes, ram_bytes : int
        What its maker says of it; flash 0: programs lie on a card or disk.
    program_flash_bytes, program_ram_bytes : int
        What one program gets of these, in one piece, by the memory layout of the usual tool chain.
    layout, microphone : str
        Which layout that is, and what else it takes; what hears on the board itself.
    source, layout_source : str
        Addresses of the data sheet and of the layout.
    """

    name: str
    processor: str
    clock_hz: int
    flash_bytes: int
    ram_bytes: int
    program_flash_bytes: int
    program_ram_bytes: int
    layout: str
    microphone: str
    source: str
    layout_source: str


@dataclass(frozen=True)
class Fit:
    """A board, and why a model does not fit it; no reasons: it fits."""

    board: Board
    reasons: tuple[str, ...]


@cache
def boards() -> tuple[Board, ...]:
    """Read boards.toml."""
    text = resources.files("undertone.deployment").joinpath("boards.toml").read_text(encoding="utf-8")
    return tuple(Board(**row) for row in tomllib.loads(text)["board"])


def fits(flash_bytes: int, ram_bytes: int) -> tuple[Fit, ...]:
    """Judge every board.

    Parameters
    ----------
    flash_bytes, ram_bytes : int
        Of code, constants and weights; of what is written to, stack included. What a board's own system keeps in the
        program's part of a memory comes on top.

    Examples
    --------
    >>> [(f.board.name, *f.reasons) for f in fits(300_000, 160_000) if f.reasons]
    [('STM32F4 (STM32F407VG)', '1.2 times the RAM')]
    """
    return tuple(Fit(b, _reasons(b, flash_bytes, ram_bytes)) for b in boards())


def _reasons(board: Board, flash_bytes: int, ram_bytes: int) -> tuple[str, ...]:
    needs = (("flash", flash_bytes, board.program_flash_bytes), ("RAM", ram_bytes, board.program_ram_bytes))
    return tuple(f"{need / has:.1f} times the {what}" for what, need, has in needs if has and need > has)


def kilobytes(count: int) -> str:
    """Write bytes in KB of 1024, as data sheets do.

    Examples
    --------
    >>> kilobytes(200704), kilobytes(700)
    ('196 KB', '0.7 KB')
    """
    size = count / 1024
    return f"{size:,.0f} KB" if size >= 10 else f"{size:.1f} KB"
