"""The shared routines of ``runtime/c/kernels``, pasted into the emitted C so that it stands alone."""

from __future__ import annotations

from importlib.resources import files

FIRST = ("lanes", "post")  # what the others build on, in this order


def kernel_text(names: set[str]) -> str:
    """Return the C of the named kernels, each once, after ``lanes``; nothing for no names."""
    if not names:
        return ""
    folder = files("undertone.runtime") / "c" / "kernels"
    order = [name for name in FIRST if name == "lanes" or name in names] + sorted(names - set(FIRST))
    return "\n".join((folder / f"{name}.h").read_text(encoding="utf-8") for name in order)
