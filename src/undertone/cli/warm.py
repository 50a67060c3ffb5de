"""``undertone warm``: what `make setup` runs last."""

from __future__ import annotations


def warm() -> None:
    """Let the C compiler build this machine's C library into its cache, so that the first `compile` is quick."""
    from undertone.cli import terminal
    from undertone.compiler import toolchain

    terminal.err.print("[dim]warming the C compiler's cache (once)[/dim]")
    toolchain.warm()
