"""``undertone search CORPUS --out DIR``: better settings, chosen without the speakers who judge."""

from __future__ import annotations

import shlex
from pathlib import Path

import typer


def search(
    corpus: str = typer.Argument(..., metavar="CORPUS", help="A corpus's name, or a folder or CSV."),
    out: Path = typer.Option(..., "--out", "-o", help="The folder of the search; one that was killed goes on from it."),
    model: str = typer.Option("article", "--model", help="The network."),
    trials: int = typer.Option(20, "--trials", help="How many in all, earlier ones included."),
    storage: str | None = typer.Option(
        None, "--storage", help="An Optuna storage that several searches share: sqlite:///FILE, or a database server."
    ),
    space: Path | None = typer.Option(None, "--space", help="A TOML file that says what may change, and how far."),
    hold_out: str | None = typer.Option(
        None, "--hold-out", help="Speakers who only judge: the search never hears them [default: a fifth]."
    ),
    config: Path | None = typer.Option(None, "--config", help="A TOML file with the settings to begin from."),
    workers: int | None = typer.Option(None, "--workers", help="Trials side by side [default: the cores]."),
    on: str | None = typer.Option(None, "--on", metavar="CLUSTER", help="dask://HOST:PORT or ray://HOST:PORT."),
) -> None:
    """Look for better settings; each trial trains on some training speakers and is judged by the others."""
    from undertone.cli import terminal
    from undertone.cli.train import speakers
    from undertone.config import read_toml_values
    from undertone.experiment import settings_from
    from undertone.experiment.fold_runs import Machines
    from undertone.experiment.search import search as look
    from undertone.experiment.search_space import read_space

    values = {"model": model, **(read_toml_values(config) if config else {}), "corpus": corpus}
    if hold_out is not None:
        values["hold_out"] = speakers(hold_out)
    settings = settings_from(values, where=str(config) if config else "options")
    ranges = None if space is None else read_space(read_toml_values(space), settings, where=str(space))
    found = look(
        settings,
        out,
        trials=trials,
        space=ranges,
        storage=storage,
        machines=Machines(workers, on),
        steps=terminal.bar,
    )
    unended = f", {found.given_up} of them given up" if found.given_up else ""
    terminal.say(
        f"best of {found.trials} trials{unended}: UAR {100 * found.uar:.1f} % on training speakers, "
        f"{100 * found.first:.1f} % as it was; both flatter"
    )
    terminal.say(f"[bold]{terminal.plain(found.path)}[/bold]")
    words = [shlex.quote(str(word)) for word in (corpus, found.path)]
    terminal.say(f"train it: [bold]undertone train {words[0]} --config {words[1]} --out RUN[/bold]")
