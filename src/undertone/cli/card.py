"""``undertone card``: what a bundle is, whose voices it learned from, how it was judged."""

from __future__ import annotations

from pathlib import Path

import typer


def card(
    bundle: Path | None = typer.Argument(None, metavar="BUNDLE", help="A bundle; default: the one that ships."),
) -> None:
    """Print a bundle's card: data, licence, protocol, figures, intended and refused uses."""
    from undertone.bundle.card import to_markdown
    from undertone.recognition.shipped import load_or_shipped

    model = load_or_shipped(bundle)
    print(to_markdown(model.card, model.labels), end="")
