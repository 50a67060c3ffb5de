"""Libraries of networks, built once: kept in the user's cache folder under what they were made from.

The name of an entry is a hash of the graph, of the compiler's own sources, of the C compiler's version and of the
processor, so nothing old is ever found: it is only left behind, and cleared away. A library is built beside its place
and moved there whole; processes that build the same one at the same time put the same in the same place.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import platform
from functools import cache
from pathlib import Path

import numpy as np

from undertone.compiler.graph import Graph
from undertone.compiler.interpreter import run
from undertone.compiler.library import SUFFIX, Library, build_library
from undertone.compiler.packing import pack
from undertone.errors import ToolchainError

KEPT = 32  # entries; the article's network is 5 MB
TOLERANCE = 1e-5  # of 1, as scores are; of the largest answer where that is larger


def folder() -> Path:
    """Name the cache folder: ``$UNDERTONE_HOME/cache``, or the user's of the system; it need not exist yet."""
    home = os.environ.get("UNDERTONE_HOME")
    if home:
        return Path(home).expanduser() / "cache" / "libraries"
    import platformdirs

    return Path(platformdirs.user_cache_dir("undertone", appauthor=False)) / "libraries"


def find(graph: Graph) -> Library | None:
    """Load a graph's library when it has been built before; an entry that does not load is removed."""
    if not folder().is_dir():
        return None
    file = place(graph)
    if not file.is_file():
        return None
    try:
        library = Library(graph, file=file)
        os.utime(file)
    except OSError:
        file.unlink(missing_ok=True)
        return None
    return library


def build(graph: Graph) -> Library:
    """Build a graph's library, keep it, and load it.

    Raises
    ------
    ModelError, UnsupportedError
        The graph is not one that a library takes.
    MissingExtraError, ToolchainError
        No compiler, it failed, or what it built answers otherwise than the interpreter.
    OSError
        The cache folder cannot be written.
    """
    file = place(graph)
    file.parent.mkdir(parents=True, exist_ok=True)
    build_library(graph, file)
    library = Library(graph, file=file)
    x = np.random.default_rng(0).normal(size=library.input.shape).astype(np.float32)
    expected = run(graph, x).reshape(library.output.shape)
    error = float(np.abs(library(x) - expected).max() / max(1.0, np.abs(expected).max()))
    if not error <= TOLERANCE:
        file.unlink(missing_ok=True)
        raise ToolchainError(f"graph {graph.name!r}: the compiled network answers {error:.2g} beside the interpreter")
    _clear(file.parent)
    return library


def place(graph: Graph) -> Path:
    """Name the file of a graph's library."""
    key = hashlib.sha256()
    for part in (*pack(graph).values(), _maker().encode()):
        key.update(hashlib.sha256(part).digest())
    return folder() / f"{key.hexdigest()[:32]}{SUFFIX}"


@cache
def _maker() -> str:
    """Describe what turns a graph into a library on this machine: our sources, the C compiler, the processor."""
    sources = hashlib.sha256()
    root = Path(__file__).parent.parent
    for path in sorted([*(root / "compiler").rglob("*.py"), *(root / "runtime" / "c" / "kernels").rglob("*.h")]):
        sources.update(path.read_bytes())
    try:
        compiler = importlib.metadata.version("ziglang")
    except importlib.metadata.PackageNotFoundError:
        compiler = "none"
    return "\n".join((sources.hexdigest(), compiler, platform.platform(), _processor()))


def _processor() -> str:
    """Name the processor and what it can: libraries are built for this one."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(errors="replace").splitlines() if info.is_file() else []
    known = {line for line in lines if line.startswith(("flags", "Features", "model name", "isa"))}
    return "\n".join(sorted(known)) or f"{platform.machine()} {platform.processor()}"


def _clear(cache_folder: Path) -> None:
    """Remove what has not been used for longest, past as many entries as are kept."""
    entries = sorted(cache_folder.glob(f"*{SUFFIX}"), key=lambda p: p.stat().st_mtime, reverse=True)
    for old in entries[KEPT:]:
        old.unlink(missing_ok=True)
