"""What stands in a section beside charts: tables, sounds, big figures, notes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from undertone.pages.markup import Html, escaped, paragraphs, tag
from undertone.pages.palette import colour
from undertone.pages.png import data_uri


def table(head: Sequence[object], rows: Sequence[Sequence[object]]) -> Html:
    """Write a table; numbers (and text that is one) stand right, the first cell of a row is its heading.

    Parameters
    ----------
    head : sequence of str
        Names of the columns; if all are empty, there is no head.
    rows : sequence of sequence
        Text is escaped, numbers are written short.
    """
    right = [i > 0 and all(_is_number(row[i]) for row in rows) for i in range(len(head))]
    heads = [
        tag("th", name, scope="col", class_="number" if far else None) for name, far in zip(head, right, strict=True)
    ]
    names = tag("thead", tag("tr", *heads)) if any(head) else None
    body = tag("tbody", *(tag("tr", *(_cell(cell, first=not i) for i, cell in enumerate(row))) for row in rows))
    return tag("div", tag("table", names, body), class_="scroll", tabindex="0", role="region", aria_label="table")


def audio(content: bytes, mime: str, *, label: str) -> Html:
    """Write a player that holds its sound.

    Parameters
    ----------
    content : bytes
        A whole sound file.
    mime : str
        ``audio/wav``, ``audio/flac``, ``audio/mpeg`` or ``audio/ogg``.
    label : str
        What is heard, for those who do not see the page.
    """
    return tag("audio", controls=True, preload="metadata", src=data_uri(content, mime), aria_label=label, title=label)


def tiles(figures: Sequence[tuple[str, object, str]]) -> Html:
    """Write big figures beside each other: what, value, and what it means or how sure it is."""
    return tag(
        "dl",
        *(
            tag("div", tag("dt", what), tag("dd", escaped(value)), tag("dd", words, class_="small") if words else None)
            for what, value, words in figures
        ),
        class_="tiles",
    )


def note(*parts: object, kind: str = "fact") -> Html:
    """Write something to know in a frame; ``kind`` is "fact", "limit" or "fault"."""
    return tag("aside", tag("strong", _KINDS[kind]), paragraphs(*parts), class_=f"note {kind}")


def points(items: Sequence[object]) -> Html:
    """Write a list of points."""
    return tag("ul", *(tag("li", item) for item in items), class_="points")


def quote(words: str) -> Html:
    """Set words off that are to be used as they are."""
    return tag("blockquote", tag("p", words))


def columns(*parts: object) -> Html:
    """Put parts beside each other where the screen is wide enough."""
    return tag("div", *(tag("div", paragraphs(part), class_="card") for part in parts if part), class_="columns")


def gallery(*cards: Html) -> Html:
    """Put cards beside each other where the screen is wide enough."""
    return tag("div", *cards, class_="gallery")


def card(title: str, *parts: object, label: str = "") -> Html:
    """Frame parts under a small heading; ``label`` gives it the colour of a class."""
    dot = tag("span", class_="dot", style=f"background:{colour(label)}") if label else None
    return tag("article", tag("h3", dot, title), paragraphs(*parts), class_="card")


def code(text: str) -> Html:
    """Write text as it is, in a typewriter's letters."""
    return tag("pre", tag("code", text), tabindex="0")


def details(summary: str, *parts: object) -> Html:
    """Hide parts until they are asked for."""
    return tag("details", tag("summary", summary), paragraphs(*parts))


#: With a unit or without.
_NUMBER = re.compile(r"[-+−]?\d[\d.,]*( ?(%|s|dB|kHz|ms|MB|KB))?")
_KINDS = {"fact": "Good to know", "limit": "A limit", "fault": "A fault"}


def _cell(cell: object, *, first: bool) -> Html:
    if first:
        return tag("th", cell, scope="row")
    return tag("td", cell, class_="number" if _is_number(cell) else None)


def _is_number(cell: object) -> bool:
    return not isinstance(cell, bool | Html) and bool(_NUMBER.fullmatch(str(cell)))
