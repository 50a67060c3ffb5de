"""``undertone adapt BUNDLE CLIPS...``: a bundle for one voice, with before and after."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from undertone.bundle import Bundle
    from undertone.recognition.adapt import Adaptation, Side


def adapt(
    bundle: Path = typer.Argument(..., metavar="BUNDLE", help="A general bundle: `compact`, `tiny` or `pooled`."),
    words: list[str] = typer.Argument(
        ...,
        metavar="CLIPS...",
        help="Recordings of one speaker, or folders of them; ten clips or more, better two minutes.",
    ),
    labels: bool = typer.Option(
        False,
        "--labels",
        help="CLIPS is one folder LABEL/clip.wav or one table (path, label): the labels are learned from too.",
    ),
    out: Path | None = typer.Option(None, "--out", "-o", metavar="FILE", help="Default: BUNDLE's name + '-personal'."),
    as_json: bool = typer.Option(False, "--json", help="One JSON object on stdout."),
) -> None:
    """Make a bundle for one voice, of two minutes of it or of a few labelled clips.

    Without labels it assumes that the clips cover the speaker's ways of speaking about evenly. Before and after are
    told of clips that the adaptation did not hear. Where the general bundle is the better one, nothing is written and
    the status is 1.
    """
    from undertone.bundle import load, save
    from undertone.cli.terminal import bar
    from undertone.errors import InputError
    from undertone.recognition.adapt import adapt as adapted
    from undertone.recognition.enrolment import enrol, enrol_labelled
    from undertone.recognition.personal_card import named
    from undertone.recognition.shipped import path_of

    bundle, beside = path_of(bundle), bundle.with_name(f"{bundle.stem}-personal.undertone")
    target = out or beside
    if target.exists():
        raise InputError(f"{target}: exists; name another file with --out, or remove it")
    general = load(bundle)
    enrolment = enrol_labelled(words) if labels else enrol(words)
    with bar("listening") as report:
        made = adapted(general, enrolment.clips, labels=enrolment.labels, report=report)
    if made.bundle is not None:
        save(named(made, target.stem), target)
    if as_json:
        print(json.dumps(_values(made, general, target), ensure_ascii=False))
    else:
        _show(made, general, target)
    if made.bundle is None:
        print(f"undertone: warning: {made.why}; nothing is written, {bundle} stays the better one", file=sys.stderr)
        raise typer.Exit(1)


def _show(made: Adaptation, general: Bundle, target: Path) -> None:
    from undertone.cli import terminal

    if not len(made.before.scores):
        return
    labels = "with labels" if made.labelled else "without labels"
    terminal.say(
        f"{made.clips} clips, {made.seconds:.0f} s, {labels}; each answered by an adaptation that did not hear it"
    )
    terminal.say(f"  answered otherwise  {100 * made.changed:.0f} %")
    terminal.say(f"  mean best score     {100 * made.before.confidence:.0f} % -> {100 * made.after.confidence:.0f} %")
    spreads = [side.spread(general.labels) for side in (made.before, made.after)]
    told = ", ".join(f"{terminal.plain(label)} {spreads[0][label]} -> {spreads[1][label]}" for label in general.labels)
    terminal.say(f"  answers             {told}")
    if made.gain is not None:
        before, after = (100 * (side.uar or 0.0) for side in (made.before, made.after))
        gain, low, high = (100 * value for value in made.gain)
        terminal.say(
            f"  UAR                 {before:.1f} % -> {after:.1f} %: {gain:+.1f} points "
            f"(95 %: {low:+.1f} to {high:+.1f})"
        )
    if made.bundle is not None:
        print(target)


def _values(made: Adaptation, general: Bundle, target: Path) -> dict[str, Any]:
    return {
        "out": str(target) if made.bundle is not None else None,
        "kept_general_because": made.why or None,
        "clips": made.clips,
        "seconds": round(made.seconds, 3),
        "labelled": made.labelled,
        "changed": made.changed,
        "before": _side(made.before, general),
        "after": _side(made.after, general),
        "gain": made.gain,
    }


def _side(side: Side, general: Bundle) -> dict[str, Any] | None:
    if not len(side.scores):
        return None
    return {"confidence": side.confidence, "answers": side.spread(general.labels), "uar": side.uar}
