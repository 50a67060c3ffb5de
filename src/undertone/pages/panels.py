"""Parts of which the one is shown that a link on the page chose; without any script."""

from __future__ import annotations

from collections.abc import Mapping

from undertone.pages.markup import Html, paragraphs, tag


def panels(parts: Mapping[str, Html], *, hint: str) -> Html:
    """Write parts that stay hidden until a link to their name is followed.

    Parameters
    ----------
    parts : mapping of str to Html
        Name (what stands behind ``#`` in the link: letters, digits and hyphens) to what is shown. On paper all are.
    hint : str
        What to do, shown until one is chosen.
    """
    chosen = (tag("div", part, id=name, class_="chosen") for name, part in parts.items())
    return tag("div", *chosen, tag("div", paragraphs(hint), class_="hint"), class_="panels")
