"""A processor without AVX-512, for libraries that choose their kernels by asking the processor.

ONNX Runtime and LiteRT have no switch for the vectors that they use: they ask CPUID. `confine` copies a package's
libraries to a folder of its own, writes a breakpoint over each CPUID instruction there, and answers the breakpoint
itself (`confined.c`): as this processor does, less what `HIDDEN` names. The copy comes first in `sys.path`, so the
package must not have been imported before. Nothing is emulated but the one instruction, which runs a few hundred times
while a library loads, and never in a network.

CPUID is found by disassembling (binutils' objdump), so that its two bytes inside another instruction are left alone.
XGETBV stays: both peers ask it only after CPUID has named the vectors.
"""

from __future__ import annotations

import ctypes
import importlib.util
import platform
import re
import shutil
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

from undertone.compiler import toolchain

CPUID, BREAKPOINT = b"\x0f\xa2", b"\xcc\x90"
# (leaf, subleaf): bits of EAX, EBX, ECX, EDX. Without them the processor is an x86-64-v3, which is what `--isa avx2`
# builds ours for: no AVX-512 of any kind, no AVX10, no AMX, and none of the products of bytes and halves that newer
# processors do in 256 bits (AVX-VNNI, AVX-IFMA, AVX-NE-CONVERT), which ours are not built for either.
HIDDEN = {
    (7, 0): ((), (16, 17, 21, 26, 27, 28, 30, 31), (1, 6, 11, 12, 14), (2, 3, 8, 22, 23, 24, 25)),
    (7, 1): ((4, 5, 21, 23), (), (), (4, 5, 8, 10, 19)),
}


class Confined:
    """Libraries whose CPUID is answered here, for as long as the process lives.

    Parameters
    ----------
    packages : sequence of str
        Names of packages that nobody has imported yet.
    hide : bool
        Whether to hide what `HIDDEN` names; else all answers pass as they are, to measure what the detour costs.
    """

    def __init__(self, packages: tuple[str, ...], *, hide: bool = True) -> None:
        if sys.platform != "linux" or platform.machine() != "x86_64":
            raise SystemExit("peers can be confined to AVX2 on x86-64 Linux only; leave --isa out here")
        if early := [name for name in packages if name in sys.modules]:
            raise SystemExit(f"{', '.join(early)}: imported before they could be confined")
        self._folder = tempfile.TemporaryDirectory(prefix="confined-", ignore_cleanup_errors=True)
        folder = Path(self._folder.name)
        self.instructions = {name: copy_confined(name, folder) for name in packages}
        self._library = _handler(folder, hide=hide)
        sys.path.insert(0, str(folder))

    @property
    def asked(self) -> int:
        """How often CPUID was answered so far."""
        return int(self._library.confined_asked())


def copy_confined(package: str, folder: Path) -> int:
    """Copy a package into a folder, with breakpoints; return how many, 0 where it is not installed."""
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        return 0
    made = folder / package
    shutil.copytree(Path(found.origin).parent, made, ignore=shutil.ignore_patterns("__pycache__", "*WebGpu*"))
    return sum(_write_breakpoints(path) for path in sorted(made.rglob("*.so*")))


def _write_breakpoints(path: Path) -> int:
    data = bytearray(path.read_bytes())
    if CPUID not in data:
        return 0
    places = [_offset(data, address) for address in _instructions(path)]
    for at in places:
        assert data[at : at + 2] == CPUID, f"{path.name}: no CPUID at {at:#x}"
        data[at : at + 2] = BREAKPOINT
    path.write_bytes(data)
    return len(places)


def _instructions(path: Path) -> list[int]:
    """Return the addresses of a library's CPUID instructions."""
    command = ["objdump", "-d", "--no-show-raw-insn", "-M", "intel", str(path)]
    try:
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    except FileNotFoundError as error:
        raise SystemExit("--isa avx2 needs objdump, to find CPUID in the peers: install binutils") from error
    return [int(address, 16) for address in re.findall(r"^ *([0-9a-f]+):\s+cpuid", told, re.MULTILINE)]


def _offset(data: bytearray, address: int) -> int:
    """Return where in an ELF file of 64 bits an address lies."""
    (table,), (size, count) = struct.unpack_from("<Q", data, 32), struct.unpack_from("<HH", data, 54)
    for i in range(count):
        kind, _, at, begin, _, length = struct.unpack_from("<IIQQQQ", data, table + i * size)
        if kind == 1 and begin <= address < begin + length:
            return int(at + address - begin)
    raise AssertionError(f"no segment has the address {address:#x}")


def _handler(folder: Path, *, hide: bool) -> ctypes.CDLL:
    """Build and begin `confined.c`."""
    file = folder / "confined.so"
    toolchain.build([Path(__file__).with_suffix(".c")], file, shared=True)
    library = ctypes.CDLL(str(file))
    library.confined_asked.restype = ctypes.c_ulong
    library.confined_hide.argtypes = [ctypes.c_uint] * 6
    for (leaf, subleaf), registers in HIDDEN.items() if hide else ():
        library.confined_hide(leaf, subleaf, *(sum(1 << bit for bit in bits) for bits in registers))
    if library.confined_begin():
        raise SystemExit("the breakpoints' signal, SIGTRAP, cannot be taken")
    return library
