"""``undertone explore CORPUS --out DIR``: look before training."""

from __future__ import annotations

import typer


def explore(
    corpus: str = typer.Argument(
        ..., metavar="CORPUS", help="A name of `undertone corpus list`, a folder or a CSV table."
    ),
    out: str = typer.Option(..., "--out", metavar="DIR", help="Folder for the page."),
) -> None:
    """Write one page about a corpus: balance, durations, speakers, faults, and each emotion to see and hear."""
    from pathlib import Path

    from undertone.cli import terminal
    from undertone.corpora import load
    from undertone.explore import explore as write_page

    loaded = load(corpus)
    with terminal.bar("listening to every clip") as report:
        page = write_page(loaded, out=Path(out), progress=report)
    print(page)
