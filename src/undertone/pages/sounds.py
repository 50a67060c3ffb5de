"""Recordings that a page plays: linked by their place, or held in the page when the reader was told so."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote

from undertone.pages.markup import Html, tag
from undertone.pages.parts import audio

MIMES = {".wav": "audio/wav", ".flac": "audio/flac", ".mp3": "audio/mpeg", ".ogg": "audio/ogg"}


def audio_file(clip: Path, page: Path, *, label: str, embed: bool = False, preload: str = "none") -> Html:
    """Write a player for a recording.

    Parameters
    ----------
    clip : Path
        The recording.
    page : Path
        Where the page will lie; the link is relative to it, so both can be moved together. The page itself must be
        made with ``files=True``.
    label : str
        What is heard, for those who do not see the page.
    embed : bool
        Hold the sound in the page, as `audio` does. Whoever passes the page on then passes the recording on: its
        licence must allow it.
    preload : str
        "none", or "metadata" to show how long it is.
    """
    if embed:
        return audio(clip.read_bytes(), MIMES.get(clip.suffix.lower(), "audio/wav"), label=label)
    return tag("audio", controls=True, preload=preload, src=_address(clip, page), aria_label=label, title=label)


def _address(clip: Path, page: Path) -> str:
    """Return the way from the page's folder to the clip, or the clip's own address from another drive."""
    try:
        way = os.path.relpath(clip.resolve(), page.resolve().parent)
    except ValueError:
        return clip.resolve().as_uri()
    return quote(way.replace(os.sep, "/"))
