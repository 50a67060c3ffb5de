"""``undertone quantise``: a bundle in integers, a fraction of the file, the answers of its program on every target."""

from __future__ import annotations

from pathlib import Path

import typer


def quantise(
    bundle: Path = typer.Argument(..., metavar="BUNDLE", help="A bundle in float32, or the name of one that ships."),
    out: Path | None = typer.Option(None, "--out", "-o", help="The file; default: the name + '-s8.undertone'."),
    calibrate: str = typer.Option(
        "",
        "--calibrate",
        help="Where ranges come from: a corpus, or a .npy of features; default: its own rows.",
    ),
) -> None:
    """Write a bundle whose network computes in integers of 8 bits.

    `predict` answers with it as its compiled program does, bit by bit, on every target. It keeps no rows, and it cannot
    be adapted: adapt the bundle in float32 first.
    """
    from undertone.cli import terminal
    from undertone.deployment.quantised import quantise_file
    from undertone.recognition.shipped import path_of

    bundle, path = path_of(bundle), out or Path(f"{bundle.stem}-s8.undertone")
    made = quantise_file(bundle, path, calibrate=calibrate)
    before, after = (file.stat().st_size / 1000 for file in (bundle, path))
    terminal.say(terminal.plain(f"{path}: {after:.0f} KB ({before:.0f} KB before), sha256 {made.sha256[:12]}"))
