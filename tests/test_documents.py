"""What readers read: links lead somewhere, anchors too, commands exist, and no place is named that a reader lacks."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted(
    [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("benchmarks/*.md"), *ROOT.glob("data/**/*.md")]
)
_FENCE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
_CODE = re.compile(r"`[^`\n]*`")
_REGISTRY = re.compile(r"(pypi|pythonhosted|npmjs|anaconda)\.(org|com)|crates\.io")
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def prose(page: Path) -> str:
    return _CODE.sub("", _FENCE.sub("", page.read_text(encoding="utf-8")))


def anchors(page: Path) -> set[str]:
    """Name the headings of a page as GitHub does: small letters, hyphens for spaces, no other marks."""
    heads = re.findall(r"^#{1,6} (.+)$", _FENCE.sub("", page.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.strip().lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
class TestEveryPage:
    def test_its_links_lead_to_files_and_headings_that_are_there(self, page):
        lost = []
        for link in _LINK.findall(prose(page)):
            if re.match(r"[a-z]+:", link):
                continue
            path, _, anchor = link.partition("#")
            target = (page.parent / path).resolve() if path else page
            if not target.exists():
                lost.append(f"{link}: no such file")
            elif anchor and anchor not in anchors(target):
                lost.append(f"{link}: no such heading")
        assert lost == []

    def test_it_names_no_place_that_a_reader_does_not_have(self, page):
        text = page.read_text(encoding="utf-8")
        assert not _REGISTRY.search(text)
        assert not re.search(r"(?<![\w.$])/(work|home|root)/", text), "a folder of somebody's machine"


def test_nothing_that_is_installed_or_emitted_points_to_a_registry():
    """A package called undertone is another's: an address of one would lead there."""
    files = [path for path in (ROOT / "src").rglob("*") if path.suffix in (".py", ".toml", ".ino", ".c", ".h", ".md")]
    named = [path.name for path in files if _REGISTRY.search(path.read_text(encoding="utf-8"))]
    assert len(files) > 300 and named == []


def test_a_lost_link_and_a_lost_anchor_would_be_found():
    links = _LINK.findall("see [a](docs/nowhere.md#x), [b](#y) and ![c](d.svg)")
    assert links == ["docs/nowhere.md#x", "#y", "d.svg"]
    assert "my-voice" in anchors(ROOT / "benchmarks/RESULTS.md")
    assert "articlev1-162-numbers-equal-to-librosa-011" in anchors(ROOT / "docs/features.md")
    assert "nowhere" not in anchors(ROOT / "docs/features.md")


def commands(page: Path) -> list[str]:
    """Find the lines of a page that call a verb, without comments and placeholders of choices."""
    lines = [line.strip().removeprefix("$ ") for line in page.read_text(encoding="utf-8").splitlines()]
    called = [re.sub(r"^\S*\.venv/bin/", "", line) for line in lines]
    return [re.split(r"\s{2,}|\s#", line)[0] for line in called if re.match(r"(undertone|deepCC) [a-z]", line)]


def test_every_command_on_a_page_has_its_options():
    import typer

    from undertone.cli.verbs import app

    root = typer.main.get_command(app)
    seen, strange = set(), []
    for page in PAGES:
        for line in commands(page):
            program, *words = line.split()
            verb = root.commands["compile"] if program == "deepCC" else root.commands.get(words[0])
            if verb is not None and hasattr(verb, "commands"):
                verb = verb.commands.get(words[1])
            if verb is None:
                strange.append(f"{page.name}: {line}: no such verb")
                continue
            seen.add(verb.name)
            known = {name for option in verb.params for name in (*option.opts, *option.secondary_opts)} | {"--help"}
            asked = {word.partition("=")[0] for word in words if re.match(r"--?[a-z]", word)}
            strange += [f"{page.name}: {line}: no {option}" for option in sorted(asked - known)]
    assert strange == []
    assert {"predict", "train", "evaluate", "compile", "adapt", "quantise", "explain", "card"} <= seen
