"""``undertone evaluate RUN``: what a network is worth on voices that it never heard."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from undertone.evaluation import Figures
    from undertone.experiment.fold_runs import Machines


def evaluate(
    subject: str = typer.Argument(
        ...,
        metavar="RUN",
        help="A run folder that `undertone train` made; with --on also a bundle, or the name of one that ships; with "
        "--protocols a corpus.",
    ),
    tutorial: bool = typer.Option(
        True, "--tutorial/--no-tutorial", help="Show the random split's figure beside (trains once more)."
    ),
    on: str | None = typer.Option(
        None,
        "--on",
        metavar="CORPUS|CLUSTER",
        help="Judge on another corpus, all of it; with --protocols dask://HOST:PORT or ray://HOST:PORT trains there.",
    ),
    labels: str | None = typer.Option(None, "--labels", help="With --on: judge clips of these labels alone."),
    conditions: str | None = typer.Option(
        None, "--conditions", help="Judge under noise, in rooms … too: all, or kinds as in white,room=0.6,length=1."
    ),
    protocols: str | None = typer.Option(
        None, "--protocols", help="Train and judge one recipe on a corpus under each: all, names with commas, a file."
    ),
    seeds: int = typer.Option(1, "--seeds", help="With --protocols: trainings a fold, whose mean is shown."),
    workers: int | None = typer.Option(None, "--workers", help="With --protocols: processes [default: the cores]."),
    model: str = typer.Option("article", "--model", help="With --protocols: the network."),
    config: Path | None = typer.Option(None, "--config", help="With --protocols: a TOML file with any setting."),
    out: Path | None = typer.Option(None, "--out", "-o", help="With --protocols: the folder that it goes on from."),
    as_json: bool = typer.Option(False, "--json", help="One JSON object on stdout."),
) -> None:
    """Judge a run on its held-out speakers: UAR and accuracy with 95 % intervals, per speaker, per sex, confusions."""
    from undertone.augment.conditions import conditions_from
    from undertone.cli import terminal
    from undertone.cli.figures import as_values, show
    from undertone.experiment import evaluate_run
    from undertone.experiment.evaluate import Evaluation
    from undertone.experiment.fold_runs import Machines

    heard = conditions_from(conditions) if conditions else ()
    if heard and (protocols is not None or on is not None):
        raise typer.BadParameter("--conditions judges a run; it takes neither --protocols nor --on")
    if protocols is not None:
        where = Machines(workers, on)
        _compare(subject, protocols, model=model, config=config, out=out, seeds=seeds, where=where, as_json=as_json)
        return
    model_path = Path(subject)
    if on is not None:
        evaluation = Evaluation(_elsewhere(model_path, on, labels), None)
    else:
        evaluation = evaluate_run(model_path, tutorial=tutorial, conditions=heard, steps=terminal.bar)
    if as_json:
        print(as_values(evaluation))
        return
    show(evaluation)
    if on is None:
        terminal.say(terminal.plain(f"confusions: {model_path / 'confusion.svg'}"))
        if evaluation.robustness is not None:
            terminal.say(terminal.plain(f"under conditions: {model_path / 'robustness.svg'}"))
        terminal.say(f"all of it: [bold]{terminal.plain(model_path / 'report.html')}[/bold]")


def _elsewhere(model: Path, on: str, labels: str | None) -> Figures:
    from undertone.cli import terminal
    from undertone.corpora import load as load_corpus
    from undertone.experiment.elsewhere import evaluate_elsewhere
    from undertone.experiment.train import BUNDLE
    from undertone.recognition.shipped import load_or_shipped

    bundle = load_or_shipped(model / BUNDLE if model.is_dir() else model)
    only = [label.strip() for label in labels.split(",") if label.strip()] if labels else None
    return evaluate_elsewhere(bundle, load_corpus(on), only=only, steps=terminal.bar)


def _compare(
    corpus: str,
    protocols: str,
    *,
    model: str,
    config: Path | None,
    out: Path | None,
    seeds: int,
    where: Machines,
    as_json: bool,
) -> None:
    import json

    from undertone.cli import terminal
    from undertone.cli.figures import show_comparison
    from undertone.config import read_toml_values, to_dict
    from undertone.experiment import settings_from
    from undertone.experiment.comparison import compare

    values = {"model": model, **(read_toml_values(config) if config else {}), "corpus": corpus}
    settings = settings_from(values, where=str(config) if config else "options")
    if out is None:
        raise typer.BadParameter("--protocols needs --out DIR: folds that are done are kept there")
    names = [name.strip() for name in protocols.split(",") if name.strip()]
    comparison = compare(settings, names, out, seeds=seeds, machines=where, steps=terminal.bar)
    if as_json:
        print(json.dumps(to_dict(comparison), ensure_ascii=False))
        return
    show_comparison(settings.model, comparison)
