"""The shared routines of ``runtime/c/kernels``, pasted into the emitted C so that it stands alone."""

from __future__ import annotations

from importlib.resources import files


def kernel_text(names: set[str]) -> str:
    """Return the C of the named kernels and of ``lanes``, which they build on; nothing for no names."""
    if not names:
        return ""
    folder = files("undertone.runtime") / "c" / "kernels"
    return "\n".join(
        (folder / f"{name}.h").read_text(encoding="utf-8") for name in ("lanes", *sorted(names - {"lanes"}))
    )
