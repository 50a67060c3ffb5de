"""``undertone train CORPUS --out RUN``: from recordings to a bundle."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from undertone.experiment import ExperimentSettings


def train(
    corpus: str = typer.Argument(
        ..., metavar="CORPUS", help="A corpus's name, or a folder or CSV that `corpus import` would take."
    ),
    out: Path = typer.Option(..., "--out", "-o", help="The run folder; a run that was killed goes on from it."),
    model: str | None = typer.Option(None, "--model", help="The network [default: article]."),
    hold_out: str | None = typer.Option(
        None, "--hold-out", help="Speakers who only judge, separated by commas; 'none' for nobody [default: a fifth]."
    ),
    split: Path | None = typer.Option(
        None, "--split", help="A CSV (path, side) that says who trains, who validates, who judges."
    ),
    allow_leaks: bool = typer.Option(
        False,
        "--allow-leaks",
        help="With --split: train though voices or copies are on both sides; figures are stamped.",
    ),
    epochs: int | None = typer.Option(None, "--epochs", help="Passes over the training clips."),
    seed: int | None = typer.Option(None, "--seed", help="Names all chance."),
    segmentation: str | None = typer.Option(
        None, "--segmentation", help="grid: pieces of 2.5 s without silent ends; article: 0.6 s to 3.1 s as it is."
    ),
    augment: bool = typer.Option(
        True, "--augment/--no-augment", help="Whether training clips get noisy and stretched copies."
    ),
    calibrate: bool = typer.Option(
        False,
        "--calibrate",
        help="Networks of sequences: train twice, for a temperature from held-out training voices.",
    ),
    quantise_aware: bool = typer.Option(
        False, "--quantise-aware", help="Fine-tune at the end, so that `compile --dtype s8` changes its answers less."
    ),
    teachers: int | None = typer.Option(
        None, "--teachers", help="Networks of sequences: train so many larger ones first, from which it learns."
    ),
    unknown_below: float | None = typer.Option(
        None, "--unknown-below", min=0.0, max=1.0, help="The bundle answers 'unknown' where its best score is lower."
    ),
    config: Path | None = typer.Option(None, "--config", help="A TOML file with any setting; options given here win."),
    log: str | None = typer.Option(
        None, "--log", help="Who is told each epoch: tensorboard, mlflow, or both with a comma."
    ),
) -> None:
    """Train a network on the speakers who are not held out, and write a bundle."""
    from undertone.cli import terminal
    from undertone.experiment import train_run

    settings = _settings(
        config,
        corpus,
        model=model,
        hold_out=hold_out,
        split=split,
        allow_leaks=allow_leaks,
        epochs=epochs,
        seed=seed,
        segmentation=segmentation,
        augment=augment,
        calibrate=calibrate,
        quantise_aware=quantise_aware,
        teachers=teachers,
        unknown_below=unknown_below,
    )
    logs = [name.strip() for name in (log or "").split(",") if name.strip()]
    bundle = train_run(settings, out, logs=logs, steps=terminal.bar)
    terminal.say(f"[bold]{terminal.plain(out / 'model.undertone')}[/bold]")
    terminal.say(terminal.plain(f"it answers {', '.join(bundle.labels)}"))
    terminal.say(terminal.plain(f"curves: {out / 'accuracy.svg'}, {out / 'loss.svg'}"))
    if settings.hold_out != ():
        terminal.say(f"what it is worth: [bold]undertone evaluate {terminal.plain(shlex.quote(str(out)))}[/bold]")


def _settings(
    config: Path | None,
    corpus: str,
    *,
    model: str | None,
    hold_out: str | None,
    split: Path | None,
    allow_leaks: bool,
    epochs: int | None,
    seed: int | None,
    segmentation: str | None,
    augment: bool,
    calibrate: bool,
    quantise_aware: bool,
    teachers: int | None,
    unknown_below: float | None,
) -> ExperimentSettings:
    from undertone.config import read_toml_values
    from undertone.experiment import settings_from

    values = read_toml_values(config) if config else {}
    values["corpus"] = corpus
    given = {
        "model": model,
        "hold_out": None if hold_out is None else speakers(hold_out),
        "split": None if split is None else str(split.resolve()),
        "allow_leaks": allow_leaks or None,
        "calibrate": calibrate or None,
        "quantise_aware": quantise_aware or None,
        "unknown_below": unknown_below,
    }
    values |= {key: value for key, value in given.items() if value is not None}
    deeper: list[tuple[str, str, object]] = [
        *((table, "epochs", epochs) for table in ("train", "sequence")),
        *((table, "seed", seed) for table in ("train", "sequence")),
        ("frontend", "segmentation", segmentation),
        ("distil", "teachers", teachers),
        ("augment", "copies", None if augment else []),
    ]
    for table, key, value in deeper:
        if value is not None and isinstance(values.setdefault(table, {}), dict):  # else from_dict says what is wrong
            values[table][key] = value
    return settings_from(values, where=str(config) if config else "options")


def speakers(text: str) -> list[str]:
    """Read names that are separated by commas; 'none' is nobody."""
    if text == "none":
        return []
    names = [name.strip() for name in text.split(",") if name.strip()]
    if not names:
        raise typer.BadParameter(f"{text!r} names nobody; accepted: speakers separated by commas, or 'none'")
    return names
