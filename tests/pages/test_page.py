from __future__ import annotations

import base64

import pytest

from undertone import pages
from undertone.errors import InputError
from undertone.pages.markup import escaped

NASTY = '<script>alert("x")</script>'


@pytest.fixture
def whole() -> str:
    sections = [pages.section(f"Part {i}", pages.table(["a", "b"], [["x", 1.5]]), "words") for i in range(4)]
    return pages.page("A page", sections, subtitle="of parts", footer="end")


def test_a_page_is_a_document_in_order(whole, html):
    document = html(whole)
    assert whole.startswith('<!doctype html>\n<html lang="en">')
    assert [name for name, _ in document.elements].count("h1") == 1
    assert document.named("meta")[0] == {"charset": "utf-8"}
    assert [link["href"] for link in document.named("a")] == ["#part-0", "#part-1", "#part-2", "#part-3"]
    assert [part["id"] for part in document.named("section")] == ["part-0", "part-1", "part-2", "part-3"]


def test_a_page_needs_no_network(whole, html):
    document = html(whole)
    assert not document.named("script")
    assert not document.named("link")
    (policy,) = [m["content"] for m in document.named("meta") if m.get("http-equiv")]
    assert policy.startswith("default-src 'none'")
    for _, attributes in document.elements:
        for key in ("src", "href"):
            assert (attributes.get(key) or "#").startswith(("#", "data:"))
    assert "@import" not in whole
    assert "url(" not in whole


def test_a_page_follows_the_reader_s_light(whole):
    assert whole.count("prefers-color-scheme: dark") >= 1
    assert 'name="color-scheme" content="light dark"' in whole


def test_text_is_text_everywhere(html):
    written = pages.page(
        NASTY,
        [
            pages.section(NASTY, NASTY, pages.table([NASTY], [[NASTY]]), lead=NASTY),
            pages.section("s", pages.tiles([(NASTY, NASTY, NASTY)]), pages.note(NASTY), pages.code(NASTY)),
            pages.section("t", pages.card(NASTY, NASTY), pages.details(NASTY, NASTY), pages.columns(NASTY)),
            pages.section("u", pages.audio(b"x", "audio/wav", label=NASTY), pages.join(NASTY)),
        ],
        subtitle=NASTY,
        footer=NASTY,
    )
    assert "<script" not in written
    assert html(written).text.count(NASTY) >= 15


def test_only_this_package_makes_markup():
    assert escaped(pages.tag("b", "x")) == "<b>x</b>"
    assert escaped(str(pages.tag("b", "x")) + "") == "&lt;b&gt;x&lt;/b&gt;"


def test_a_sound_lies_in_the_page(html):
    (player,) = html(pages.audio(b"RIFFdata", "audio/wav", label="a clip")).named("audio")
    kind, _, content = player["src"].partition(";base64,")
    assert kind == "data:audio/wav"
    assert base64.b64decode(content) == b"RIFFdata"
    assert player["aria-label"] == "a clip"
    assert "controls" in player


def test_numbers_of_a_table_stand_right(html):
    document = html(pages.table(["class", "clips", "what"], [["sad", 62, "x"], ["fear", "69.0 %", "7 things"]]))
    assert [cell.get("class") for cell in document.named("td")] == ["number", None, "number", None]
    assert [cell.get("class") for cell in document.named("th")[:3]] == [None, "number", None]
    assert [cell.get("scope") for cell in document.named("th")[3:]] == ["row", "row"]


def test_a_table_without_a_head(html):
    assert not html(pages.table(["", ""], [["a", "b"]])).named("thead")
    assert html(pages.table([], [])).named("table")


def test_writing_is_whole_or_not_at_all(tmp_path):
    path = tmp_path / "new" / "page.html"
    assert pages.write(path, "größer\n") == path
    assert path.read_bytes() == "größer\n".encode()
    pages.write(path, "again")
    assert [file.name for file in path.parent.iterdir()] == ["page.html"]


def test_where_nobody_may_write(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match=r"cannot be written .*; choose a folder that you may write to"):
        pages.write(tmp_path / "file" / "page.html", "x")
