"""``undertone explain BUNDLE CLIP``: which times, bands and features an answer rests on."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from undertone import pages
    from undertone.recognition.explain import Explanation


def explain(
    words: list[str] = typer.Argument(
        ..., metavar="[BUNDLE] CLIP", help="A bundle, or the name of one that ships (default: emodb); a recording."
    ),
    out: Path | None = typer.Option(None, "--out", "-o", metavar="FILE", help="The page to write."),
    label: str | None = typer.Option(None, "--label", help="Whose score to explain [default: the highest]."),
    embed: bool = typer.Option(
        False, "--embed", help="Put the recording itself into the page, instead of a link to it."
    ),
    as_json: bool = typer.Option(False, "--json", help="One JSON object on stdout."),
) -> None:
    """Hide times, bands and features one after the other, and tell what the answer loses.

    Of a bundle of sequences, patches of time and band; of others, times of the sound and blocks of features.
    """
    from undertone.pages import write
    from undertone.recognition.explain import explain_file, explanation_json
    from undertone.recognition.explain_page import to_page
    from undertone.recognition.shipped import load_or_shipped

    if len(words) > 2:
        raise typer.BadParameter(f"{len(words)} words came; accepted: CLIP, or BUNDLE CLIP")
    bundle = load_or_shipped(Path(words[0]) if len(words) == 2 else None)
    made = explain_file(bundle, words[-1], label=label)
    for note in made.prediction.notes:
        print(f"undertone: note: {words[-1]}: {note}", file=sys.stderr, flush=True)
    if out is not None:
        write(out, to_page(made, bundle, sound=_player(Path(words[-1]), out, embed)))
    if as_json:
        print(explanation_json(made, bundle))
        return
    _show(made)
    if out is not None:
        print(out)


def _player(clip: Path, page: Path, embed: bool) -> pages.Html:
    from undertone import pages

    return pages.audio_file(clip, page, embed=embed, label=clip.name, preload="metadata")


def _show(made: Explanation) -> None:
    from undertone.cli import terminal

    terminal.say(f"[bold]{terminal.plain(made.label)}[/bold] {100 * made.score:.0f} %; what it loses without:")
    for part in sorted(made.parts.times, key=lambda part: -part.drop)[:3]:
        terminal.say(f"  {part.begin_s:6.2f} - {part.end_s:6.2f} s  {100 * part.drop:+.1f} points")
    for part in sorted((*made.parts.bands, *made.parts.features), key=lambda part: -part.drop)[:3]:
        name = part.name if part.low_hz is None else f"{part.low_hz:.0f} to {part.high_hz:.0f} Hz"
        terminal.say(terminal.plain(f"  {name:<18} {100 * part.drop:+.1f} points"))
