"""Where the front end's C lies and how it is built. Only the standard library: `build_native.py` runs it before
anything is installed."""

from __future__ import annotations

import hashlib
import platform
import sys
from pathlib import Path

C_DIR = Path(__file__).parent / "c"
LIBRARY_DIR = Path(__file__).parent / "lib"

# Contraction off: all instruction sets give the same bits. No errno: sqrtf is one instruction.
C_FLAGS = (
    "-std=c11",
    "-O3",
    "-ffreestanding",
    "-ffp-contract=off",
    "-fno-math-errno",
    "-fno-trapping-math",
    "-fno-stack-protector",
)
WARNING_FLAGS = ("-Wall", "-Wextra", "-Wconversion", "-Werror")

# What the compiler calls the processors of each variant of the library, best first.
VARIANTS = {
    "x86_64": {"avx512": "x86_64_v4", "avx2": "x86_64_v3", "baseline": "x86_64"},
    "aarch64": {"baseline": "generic"},
}


def include_dir() -> Path:
    """Return the folder of ``undertone.h``."""
    return C_DIR / "include"


def sources() -> list[Path]:
    """Return the C files of the front end, sorted: all that a program has to be compiled with.

    Examples
    --------
    >>> [path.name for path in sources()][:2]
    ['article.c', 'article_lean.c']
    """
    return sorted((C_DIR / "frontend").glob("*.c"))


def listener_sources() -> list[Path]:
    """Return the C files that go from sound to scores with a compiled model."""
    return sorted((C_DIR / "listener").glob("*.c"))


def source_hash() -> str:
    """Return the SHA-256 (hex) of all files that the library is built from, with their names."""
    digest = hashlib.sha256(" ".join(C_FLAGS).encode())
    folders = (C_DIR / "include", C_DIR / "frontend", C_DIR / "host")
    for path in sorted(path for folder in folders for path in folder.glob("*.[ch]")):
        text = path.read_bytes().replace(b"\r\n", b"\n")
        digest.update(f"\n{path.name} {len(text)}\n".encode() + text)
    return digest.hexdigest()


def machine() -> str:
    """Return the processor family as the compiler names it: x86_64, aarch64."""
    name = platform.machine().lower()
    return {"amd64": "x86_64", "arm64": "aarch64"}.get(name, name)


def target() -> str:
    """Return the compiler's name of this machine's system, such as ``x86_64-linux-gnu``."""
    systems = {"linux": "linux-gnu", "darwin": "macos", "win32": "windows-gnu"}
    return f"{machine()}-{systems.get(sys.platform, sys.platform)}"


def variants() -> dict[str, str]:
    """Return the variants that are built for this machine, best first, with the compiler's processor names."""
    return VARIANTS.get(machine(), {"baseline": "baseline"})


def library_path(variant: str) -> Path:
    """Return where the built library of a variant lies."""
    suffix = {"darwin": "dylib", "win32": "dll"}.get(sys.platform, "so")
    return LIBRARY_DIR / f"libundertone_frontend.{variant}.{suffix}"
