"""``undertone features FILE...``: the numbers that a model sees."""

from __future__ import annotations

import json
import sys

import typer

from undertone.cli import terminal
from undertone.errors import UndertoneError


def features(
    files: list[str] = typer.Argument(
        ..., metavar="FILE", help="Recordings: wav, flac, mp3, ogg; any rate and length."
    ),
    feature_set: str = typer.Option("article.v1", "--set", help="Which features."),
    whole: bool = typer.Option(False, "--whole", help="The clip as it is: silence at its ends is kept."),
    as_json: bool = typer.Option(False, "--json", help='JSON lines: {"file":…,"features":[…]}.'),
) -> None:
    """Print the features of recordings: of the clip without the silence at its ends, or of all of it.

    Of a sequence (logmel.v1, melpitch.v1, voice.v1): a row for each frame in the JSON, the mean of each column without
    --json; of voice.v1 also the "statistics" that follow the sequence.
    """
    from pathlib import Path

    from undertone.audio.read import read
    from undertone.audio.resample import resample
    from undertone.audio.trim import trim
    from undertone.features import FEATURES
    from undertone.features.frontend import FrontEnd

    chosen = FEATURES[feature_set]
    trim_db = 0.0 if whole else FrontEnd().trim_db
    failed = False
    for file in files:
        try:
            clip = read(Path(file))
            samples = trim(resample(clip, chosen.rate), trim_db=trim_db).samples
            values = chosen.compute(samples)
            statistics = chosen.statistics.compute(samples) if chosen.statistics else None
        except UndertoneError as error:
            failed = True
            print(f"undertone: error: {error}", file=sys.stderr, flush=True)
            continue
        for note in clip.notes:
            print(f"undertone: note: {file}: {note}", file=sys.stderr, flush=True)
        if as_json:
            rows = [[float(f"{value:.9g}") for value in row] for row in values.reshape(-1, chosen.size)]
            told = {"file": file, "features": rows if chosen.sequence else rows[0]}
            if statistics is not None:
                told["statistics"] = [float(f"{value:.9g}") for value in statistics]
            print(json.dumps(told, ensure_ascii=False), flush=True)
        else:
            frames = f"  mean of {len(values)} frames" if chosen.sequence else ""
            terminal.say(f"[bold]{terminal.plain(file)}[/bold]{frames}")
            for name, value in zip(chosen.names, values.reshape(-1, chosen.size).mean(axis=0), strict=True):
                terminal.say(f"  {name:<12} {value:.6g}")
            if chosen.statistics and statistics is not None:
                for name, value in zip(chosen.statistics.names, statistics, strict=True):
                    terminal.say(f"  {name:<12} {value:.6g}")
    if failed:
        raise typer.Exit(1)
