"""A page that needs nothing but itself: no network, no script; light or dark as the reader's system is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib import resources

from undertone.pages.markup import Html, join, paragraphs, tag

#: The browser itself refuses whatever is not inside the file.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; media-src data:"
#: What it also plays when recordings are linked: those beside the page, on a disk or a server.
_FILES = " 'self' file:"


def section(title: str, *parts: object, lead: str = "") -> Html:
    """Write a section.

    Parameters
    ----------
    title : str
        Its heading; also its anchor.
    *parts : object
        Markup from this package; plain text becomes a paragraph.
    lead : str
        What to see in it, under the heading.
    """
    return tag(
        "section",
        tag("h2", title),
        tag("p", lead, class_="lead") if lead else None,
        paragraphs(*parts),
        id=_anchor(title),
    )


def page(title: str, sections: Sequence[object], *, subtitle: str = "", footer: str = "", files: bool = False) -> Html:
    """Write a whole page.

    Parameters
    ----------
    title, subtitle : str
        At its top.
    sections : sequence of Html
        From `section`; with four and more, links to them stand at the top.
    footer : str
        At its end: who made it, from what.
    files : bool
        Let it play recordings that lie beside it (`audio_file`).

    Returns
    -------
    Html
        One document; self-contained but for such recordings.
    """
    return Html(
        "<!doctype html>\n"
        + tag(
            "html",
            tag(
                "head",
                tag("meta", charset="utf-8"),
                tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
                tag("meta", name="color-scheme", content="light dark"),
                tag("meta", http_equiv="Content-Security-Policy", content=_POLICY + _FILES * files),
                tag("title", title),
                tag("style", Html(style())),
            ),
            tag(
                "body",
                tag(
                    "header",
                    tag("h1", title),
                    tag("p", subtitle, class_="subtitle") if subtitle else None,
                    _contents(sections),
                ),
                tag("main", join(*sections)),
                tag("footer", paragraphs(footer)) if footer else None,
            ),
            lang="en",
        )
        + "\n"
    )


def style() -> str:
    """Return the style sheet of the pages."""
    return resources.files("undertone.pages").joinpath("page.css").read_text(encoding="utf-8")


def _contents(sections: Sequence[object]) -> Html | None:
    found = [re.match(r'<section id="([^"]*)"><h2>(.*?)</h2>', str(part)) for part in sections]
    links = [tag("a", Html(match[2]), href=f"#{match[1]}") for match in found if match]
    return tag("nav", *links, aria_label="Sections") if len(links) >= 4 else None


def _anchor(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-") or "section"
