"""``undertone card``: what a bundle is, whose voices it learned from, how it was judged."""

from __future__ import annotations

from pathlib import Path

import typer


def card(
    bundle: Path | None = typer.Argument(
        None, metavar="BUNDLE", help="A bundle, or the name of one that ships (emodb)."
    ),
    html: Path | None = typer.Option(None, "--html", metavar="FILE", help="Write it as a page instead."),
) -> None:
    """Print a bundle's card: data, licence, protocol, figures, uses, and the notice that people must be shown."""
    from undertone.bundle.card_page import to_html
    from undertone.bundle.card_text import to_markdown
    from undertone.bundle.normalisation import normalisation_words
    from undertone.pages import write
    from undertone.recognition.shipped import load_or_shipped

    model = load_or_shipped(bundle)
    words = normalisation_words(model)
    if html is None:
        print(to_markdown(model.card, model.labels, normalisation=words), end="")
    else:
        print(write(html, to_html(model.card, model.labels, normalisation=words)))
