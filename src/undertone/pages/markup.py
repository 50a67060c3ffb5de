"""Text that is already HTML or SVG, and the one place where anything else is escaped into it."""

from __future__ import annotations

import html


class Html(str):
    """A string that is markup. Every other string is text, and is escaped wherever it enters markup."""

    __slots__ = ()


def escaped(part: object) -> Html:
    """Turn a value into markup: markup stays, numbers are written short, text is escaped.

    Examples
    --------
    >>> escaped("a < b"), escaped(Html("<b>")), escaped(0.12345), escaped(2.0)
    ('a &lt; b', '<b>', '0.12', '2')
    """
    if isinstance(part, Html):
        return part
    if isinstance(part, float):
        return Html(f"{part:.2f}".rstrip("0").rstrip("."))
    return Html(html.escape(str(part)))


def tag(name: str, /, *children: object, **attributes: object) -> Html:
    """Write an element.

    Parameters
    ----------
    name : str
        Of the element.
    *children : object
        Markup stays, text is escaped, None is left out.
    **attributes : object
        ``class_`` is written ``class``, ``stroke_width`` is written ``stroke-width``; None and False are left out, True
        stands alone.

    Examples
    --------
    >>> tag("text", "R&B", x=1.5, text_anchor="end", class_="ink")
    '<text x="1.5" text-anchor="end" class="ink">R&amp;B</text>'
    """
    inside = "".join(escaped(child) for child in children if child is not None)
    opened = name + "".join(_attribute(key, value) for key, value in attributes.items())
    if inside or name not in _EMPTY:
        return Html(f"<{opened}>{inside}</{name}>")
    return Html(f"<{opened}/>")


def join(*parts: object) -> Html:
    """Put markup (or text, escaped) one after the other."""
    return Html("\n".join(escaped(part) for part in parts if part is not None))


def paragraphs(*parts: object) -> Html:
    """Put parts one after the other: plain text in a paragraph of its own, a picture in a frame that can scroll."""
    return join(*(_placed(part) for part in parts if part))


def _placed(part: object) -> Html:
    if not isinstance(part, Html):
        return tag("p", part)
    return tag("div", part, class_="picture", tabindex="0") if part.startswith("<svg") else part


#: Elements that are written without a closing tag when nothing is inside.
_EMPTY = frozenset(("br", "circle", "img", "image", "line", "meta", "path", "polygon", "polyline", "rect"))


def _attribute(key: str, value: object) -> str:
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{escaped(value)}"'
