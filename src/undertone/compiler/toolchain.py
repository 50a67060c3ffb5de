"""The C compiler: the ziglang wheel, and the only place of the house that starts it or what it built."""

from __future__ import annotations

import importlib.util
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from undertone.errors import MissingExtraError, ToolchainError

FLAGS = ("-std=c11", "-O3", "-fno-math-errno", "-fno-trapping-math", "-Wall", "-Wextra")
SECONDS = 600


def native_triple() -> str:
    """Return this machine's target triple as zig names it; on Linux static, with musl."""
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(platform.machine().lower(), platform.machine().lower())
    systems = {"linux": "linux-musl", "darwin": "macos", "win32": "windows-gnu"}
    return f"{machine}-{systems.get(sys.platform, sys.platform)}"


def build(
    sources: Sequence[Path],
    out: Path,
    *,
    include: Sequence[Path] = (),
    flags: Sequence[str] = (),
    shared: bool = False,
    triple: str = "",
    cpu: str = "native",
) -> None:
    """Compile C files, for this machine or for another.

    Parameters
    ----------
    sources : sequence of Path
        C files.
    out : Path
        The program; it appears whole or not at all.
    include : sequence of Path
        Folders of headers.
    flags : sequence of str
        After the house's own.
    shared : bool
        A library that Python can load, instead of a program.
    triple : str
        Another machine's, as zig writes it; empty for this one.
    cpu : str
        The oldest processor that runs it, as zig writes it.

    Raises
    ------
    MissingExtraError
        The ziglang wheel is not installed.
    ToolchainError
        The compiler failed; its own words follow.
    """
    if importlib.util.find_spec("ziglang") is None:
        raise MissingExtraError("compiling C", "ziglang", "compile")
    triple = triple or (native_triple().replace("musl", "gnu") if shared else native_triple())
    with tempfile.TemporaryDirectory(dir=out.parent) as folder:
        draft = Path(folder) / out.name
        command = [sys.executable, "-m", "ziglang", "cc", "-target", triple, f"-mcpu={cpu}", "-s", *FLAGS, *flags]
        command += ["-shared", "-fPIC"] if shared else []
        command += [f"-I{path}" for path in include] + [str(path) for path in sources]
        _compile([*command, "-o", str(draft)])
        draft.replace(out)


def run(
    program: Path, arguments: Sequence[str] = (), *, stdin: bytes = b"", seconds: float = SECONDS
) -> tuple[int, bytes, str]:
    """Run what was built.

    Returns
    -------
    tuple
        Exit status, standard output, standard error as text.
    """
    try:
        done = subprocess.run(
            [str(Path(program).resolve()), *arguments], input=stdin, capture_output=True, timeout=seconds, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ToolchainError(f"the program {str(program)!r} does not run: {error}") from error
    return done.returncode, done.stdout, done.stderr.decode(errors="replace")


def warm() -> None:
    """Build and run a program of one line: the first build of a machine compiles its C library, later ones find it."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "warm.c"
        source.write_text('#include <math.h>\n#include <stdio.h>\nint main(void) { return puts("warm") < 0; }\n')
        build([source], Path(folder) / "warm")
        status, _, words = run(Path(folder) / "warm")
        if status:
            raise ToolchainError(f"the compiler's first program fails with status {status}: {words}")


def _compile(command: list[str]) -> None:
    try:
        done = subprocess.run(command, env=_environment(), capture_output=True, text=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise ToolchainError(f"the C compiler took longer than {SECONDS} s; try again") from error
    if done.returncode:
        raise ToolchainError(f"the C compiler failed (status {done.returncode}):\n{done.stderr.strip()[-4000:]}")


def _environment() -> dict[str, str]:
    """Give the compiler a cache that it may write to: its own choice, else one among temporary files."""
    home = Path.home()
    if "ZIG_GLOBAL_CACHE_DIR" in os.environ or os.access(home, os.W_OK):
        return dict(os.environ)
    cache = str(Path(tempfile.gettempdir()) / "undertone-zig-cache")
    return {**os.environ, "ZIG_GLOBAL_CACHE_DIR": cache, "ZIG_LOCAL_CACHE_DIR": cache}
