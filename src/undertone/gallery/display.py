"""What the notebooks show with: pictures, tables and sounds as cell outputs that any notebook viewer understands.

A picture goes out as ``image/svg+xml``, not inside HTML: a code host's viewer, which strips markup, still draws it.
Nothing that changes from run to run (time, path, address) is ever part of an output.
"""

from __future__ import annotations

import html
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from IPython.display import display

from undertone import pages
from undertone.audio.write import write
from undertone.pages.sounds import MIMES
from undertone.types import Clip

#: Between pictures, in pixels.
GAP = 16
_SIZE = re.compile(r'<svg\b[^>]*\bviewBox="0 0 ([\d.]+) ([\d.]+)"')
_DESCRIPTION = re.compile(r"<desc>(.*?)</desc>", re.DOTALL)
_TEXT_CELL = re.compile(r'<(t[dh])( scope="\w+")?>')
_GRID = "display:grid;gap:8px 18px;grid-template-columns:repeat(auto-fill,minmax(300px,1fr));margin:0 0 18px"


def show(*parts: pages.Html) -> None:
    """Show a table or other markup, or pictures beside each other as one.

    Parameters
    ----------
    *parts : Html
        Of `undertone.pages`: one that is markup, or pictures only.
    """
    if all(_SIZE.match(part) for part in parts):
        picture = parts[0] if len(parts) == 1 else _beside(parts)
        words = "\n".join(html.unescape(match[1]) for part in parts if (match := _DESCRIPTION.search(part)))
        _show({"image/svg+xml": str(picture), "text/plain": words})
    else:
        # Notebooks set every cell of a table to the right; only numbers belong there.
        _show({"text/html": _TEXT_CELL.sub(r'<\1\2 style="text-align:left">', pages.join(*parts))})


def play(sounds: Mapping[str, Path | Clip]) -> None:
    """Show players beside each other.

    Parameters
    ----------
    sounds : mapping of str to Path or Clip
        What is heard, and the file, which goes into the notebook as it is; a clip in memory goes in as MP3.
    """
    players = [_player(name, sound) for name, sound in sounds.items()]
    _show({"text/html": str(pages.tag("div", *players, style=_GRID)), "text/plain": "to hear: " + ", ".join(sounds)})


@contextmanager
def watch(title: str) -> Iterator[Callable[[int, int, str], None]]:
    """Open a step with a bar that fills; pass it as ``steps=watch``.

    What stays is that the step is done; of a step that had nothing to do, nothing.
    """
    line: Any = None

    def tell(words: str) -> None:
        nonlocal line
        data = {"text/plain": words}
        if line is None:
            line = display(data, raw=True, display_id=True)  # type: ignore[no-untyped-call]
        else:
            line.update(data, raw=True)

    def report(done: int, total: int, text: str) -> None:
        filled = 24 * done // max(total, 1)
        tell(f"{title}  {'█' * filled}{'░' * (24 - filled)}  {text}")

    yield report
    if line is not None:
        tell(f"{title}: done")


def _show(data: dict[str, str]) -> None:
    display(data, raw=True)  # type: ignore[no-untyped-call]


def _beside(pictures: tuple[pages.Html, ...]) -> pages.Html:
    """Join pictures in one, so that they stand beside each other in every viewer."""
    sizes = [(float(match[1]), float(match[2])) for match in map(_SIZE.match, pictures) if match]
    lefts = [sum(width + GAP for width, _ in sizes[:index]) for index in range(len(sizes))]
    width, height = lefts[-1] + sizes[-1][0], max(height for _, height in sizes)
    placed = (
        pages.tag("g", picture, transform=f"translate({left:g} 0)")
        for picture, left in zip(pictures, lefts, strict=True)
    )
    return pages.tag(
        "svg",
        *placed,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {width:g} {height:g}",
        width=f"{width:g}",
        height=f"{height:g}",
        style="max-width:100%;height:auto",
    )


def _player(name: str, sound: Path | Clip) -> pages.Html:
    content, mime = _content(sound)
    caption: dict[str, Any] = {"style": "font-size:0.9em;margin-bottom:2px"}
    player = pages.audio(content, mime, label=name)
    return pages.tag("figure", pages.tag("figcaption", name, **caption), player, style="margin:0;min-width:0")


def _content(sound: Path | Clip) -> tuple[bytes, str]:
    if isinstance(sound, Path):
        return sound.read_bytes(), MIMES[sound.suffix.lower()]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "sound.mp3"
        write(file, sound)
        return file.read_bytes(), MIMES[".mp3"]
