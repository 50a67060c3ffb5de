"""``undertone demo``: the whole path on real recordings, in minutes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from undertone.experiment.demo import Demo


def demo(
    out: Path = typer.Option(
        Path("runs/demo"), "--out", "-o", help="Where everything is put; a stopped demo goes on from it."
    ),
    epochs: int | None = typer.Option(None, "--epochs", help="Another schedule than the short one."),
) -> None:
    """Go from recordings to a compiled program that hears an emotion in a voice it never met (five minutes).

    EMO-DB (ten German actors, CC0) lies in the repository: no network is needed. Two speakers are held out; a model is
    trained on the others, judged on the two, compiled, and the program listens to them. Beside it the network of the
    well-known article learns, to show what its tutorials claim and what it is worth.
    """
    from undertone.cli import terminal
    from undertone.experiment.demo import EPOCHS
    from undertone.experiment.demo import demo as walk
    from undertone.experiment.demo_page import write_demo_page

    made = walk(out, epochs=EPOCHS if epochs is None else epochs, steps=terminal.bar)
    page = write_demo_page(made, out / "demo.html")
    _show(made)
    terminal.say(f"\nall of it as a page: [bold]{terminal.plain(page)}[/bold]")
    terminal.say(terminal.plain(f"the sound of each emotion: {made.explored}"))
    terminal.say(terminal.plain(f"the program: {made.artefact.program} FILE.wav"))


def _show(made: Demo) -> None:
    from rich.table import Table

    from undertone.cli import terminal
    from undertone.cli.figures import figures_table
    from undertone.experiment.demo import one_of_each

    terminal.out.print()
    heard = Table(
        title="The program hears two voices that it never met", title_justify="left", show_edge=False, pad_edge=False
    )
    for head, justify in (
        ("clip", "left"),
        ("speaker", "left"),
        ("said", "left"),
        ("heard", "left"),
        ("score", "right"),
    ):
        heard.add_column(head, justify=justify)  # type: ignore[arg-type]
    for item in one_of_each(made):
        right = item.program.label == item.utterance.label
        heard.add_row(
            item.utterance.path.stem,
            f"{item.utterance.speaker} ({item.utterance.sex})",
            item.utterance.label,
            f"[green]{item.program.label}[/green]" if right else f"[yellow]{item.program.label}[/yellow]",
            f"{100 * item.program.scores.max():.0f} %",
        )
    terminal.out.print(heard)
    terminal.out.print(
        f"Python and the program agree on {made.agreeing} of {len(made.heard)} clips; largest difference of a score "
        f"{max(h.gap for h in made.heard):.1e}; {made.program_ms:.1f} ms a clip, file to answer"
    )
    terminal.out.print()
    told = [("this demo", made.evaluation.honest)]
    told += [("the article's network", f) for f in (made.popular.honest, made.popular.tutorial) if f is not None]
    terminal.out.print(figures_table([*told, *(("the bundle that ships", figures) for figures in made.recorded)]))
    terminal.out.print(
        f"[dim]this demo: two speakers judge. the article's network: the same two, {made.epochs} epochs. "
        "the bundle that ships: every speaker once unseen.\nThe rows without new voices are what the popular "
        "tutorials report: copies of a clip and all speakers on both sides.[/dim]"
    )
