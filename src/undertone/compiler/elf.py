"""What a compiled object says of itself: its functions, their code, their frames, whom they call.

Read from ELF as Linux, bare metal and most toolchains write it, compiled with ``-ffunction-sections`` (a section a
function, so that each call leaves a relocation) and ``-fstack-size-section`` (LLVM's note of each frame).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from undertone.errors import ToolchainError

# Of each machine (e_machine): the relocations that are calls, what a call itself pushes, and what a function that
# calls nothing may use below its frame.
_CALLS = {3: {2, 4}, 40: {10, 28, 29, 30}, 62: {4}, 183: {282, 283}, 243: {17, 18, 19}}
_PUSHED = {3: 4, 62: 8}
_RED_ZONE = {62: 128}
_SYMBOLS, _RELA, _REL = 2, 4, 9
_WRITE, _ALLOCATED, _CODE = 1, 2, 4
_NO_BITS, _UNWIND = 8, (".eh_frame", ".ARM.exidx", ".ARM.extab")


@dataclass(frozen=True)
class Function:
    """A function of an object: bytes of code; bytes of stack, with what a call to it pushes; names of callees."""

    name: str
    code_bytes: int
    frame_bytes: int
    calls: tuple[str, ...]


@dataclass(frozen=True)
class Object:
    """An object's functions, and the bytes of its constants and of its variables."""

    functions: tuple[Function, ...]
    constant_bytes: int
    variable_bytes: int


@dataclass(frozen=True)
class _Section:
    name: str
    kind: int
    flags: int
    data: bytes
    size: int
    link: int
    info: int


def read_object(data: bytes) -> Object:
    """Read an ELF object.

    Raises
    ------
    ToolchainError
        It is none, or of a machine whose calls we do not know.
    """
    if data[:4] != b"\x7fELF" or data[5] != 1:
        raise ToolchainError("sizes are read from little-endian ELF objects; this target's compiler writes others")
    wide = data[4] == 2
    machine = struct.unpack_from("<H", data, 18)[0]
    if machine not in _CALLS:
        raise ToolchainError(f"sizes: calls of ELF machine {machine} are not known")
    sections = _sections(data, wide)
    symbols = _symbols(sections, wide)
    names = {at: name for name, at, is_function in symbols if is_function}
    code = {i: s for i, s in enumerate(sections) if s.flags & _CODE and s.size}
    frames = {s.link: _leb128(s.data, 8 if wide else 4) for s in sections if s.name == ".stack_sizes"}
    callees: dict[int, dict[str, None]] = {i: {} for i in code}
    for section in sections:
        if section.kind in (_RELA, _REL) and section.info in code:
            for kind, symbol in _relocations(section, wide):
                name, at, _ = symbols[symbol]
                if kind in _CALLS[machine]:
                    callees[section.info][names.get(at, name)] = None
    functions = []
    for i, section in code.items():
        frame = frames.get(i, 0) + _PUSHED.get(machine, 0) + (0 if callees[i] else _RED_ZONE.get(machine, 0))
        functions.append(Function(names.get(i, section.name), section.size, frame, tuple(callees[i])))
    rest = [s for s in sections if s.flags & _ALLOCATED and not s.flags & _CODE and not s.name.startswith(_UNWIND)]
    written = sum(s.size for s in rest if s.flags & _WRITE)
    return Object(tuple(functions), sum(s.size for s in rest) - written, written)


def loaded_bytes(data: bytes) -> tuple[int, int, int]:
    """Return what a linked program loads: bytes of code, of constants, and of variables."""
    if data[:4] != b"\x7fELF" or data[5] != 1:
        raise ToolchainError("sizes are read from little-endian ELF; this target's linker writes others")
    kept = [s for s in _sections(data, data[4] == 2) if s.flags & _ALLOCATED and not s.name.startswith(_UNWIND)]
    code = sum(s.size for s in kept if s.flags & _CODE)
    written = sum(s.size for s in kept if s.flags & _WRITE and not s.name.startswith(".data.rel.ro"))
    return code, sum(s.size for s in kept) - code - written, written


def _sections(data: bytes, wide: bool) -> list[_Section]:
    form = "<IIQQQQIIQQ" if wide else "<IIIIIIIIII"
    start = struct.unpack_from("<Q" if wide else "<I", data, 40 if wide else 32)[0]
    size, count, of_names = struct.unpack_from("<HHH", data, 58 if wide else 46)
    heads = [struct.unpack_from(form, data, start + i * size) for i in range(count)]
    names = data[heads[of_names][4] :]
    return [
        _Section(
            _text(names, h[0]), h[1], h[2], b"" if h[1] == _NO_BITS else data[h[4] : h[4] + h[5]], h[5], h[6], h[7]
        )
        for h in heads
    ]


def _symbols(sections: list[_Section], wide: bool) -> list[tuple[str, int, bool]]:
    """Return for each symbol its name, its section and whether it is a function."""
    table = next(s for s in sections if s.kind == _SYMBOLS)
    names = sections[table.link].data
    found = []
    for raw in struct.iter_unpack("<IBBHQQ" if wide else "<IIIBBH", table.data):
        name, info, at = (raw[0], raw[1], raw[3]) if wide else (raw[0], raw[3], raw[5])
        found.append((_text(names, name), at, info & 15 == 2))
    return found


def _relocations(section: _Section, wide: bool) -> Iterator[tuple[int, int]]:
    """Yield the kind and the symbol of each relocation."""
    word = "Q" if wide else "I"
    for entry in struct.iter_unpack("<" + word * (3 if section.kind == _RELA else 2), section.data):
        yield (entry[1] & 0xFFFFFFFF, entry[1] >> 32) if wide else (entry[1] & 0xFF, entry[1] >> 8)


def _leb128(data: bytes, at: int) -> int:
    value = shift = 0
    while True:
        value |= (data[at] & 127) << shift
        if data[at] < 128:
            return value
        at, shift = at + 1, shift + 7


def _text(names: bytes, at: int) -> str:
    return names[at : names.index(b"\0", at)].decode()
