"""Read what the pages floor writes as a browser would."""

from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

VOID = {"meta", "br", "img", "link", "input", "hr"}


class Document(HTMLParser):
    """Elements with their attributes, the text of all, and a stack that must close as it opened."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert not self._open, f"never closed: {self._open}"

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self._open and self._open[-1] == tag, f"</{tag}> closes {self._open[-1:]}"
        self._open.pop()

    def handle_data(self, data):
        self.words.append(data)

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def text(self) -> str:
        return " ".join(self.words)


@pytest.fixture
def html() -> Callable[[str], Document]:
    return Document


@pytest.fixture
def svg() -> Callable[[str], ElementTree.Element]:
    """Parse a picture as XML, strictly."""
    return ElementTree.fromstring
