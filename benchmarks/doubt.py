"""How sure a bundle is, and how right, of clips under white noise and of pieces of clips; with and without its doubt.

python benchmarks/doubt.py                the bundle that ships, on every sixth clip of EMO-DB (it trained on them)
python benchmarks/doubt.py RUN            a run, on every third clip of the speakers whom it held out
python benchmarks/doubt.py --json
"""

from __future__ import annotations

import argparse
import dataclasses
import json
from pathlib import Path

import numpy as np

from undertone.audio.read import read
from undertone.bundle import load, score
from undertone.corpora import load as load_corpus
from undertone.evaluation import accuracy, calibration_error, confusion, uar
from undertone.experiment import folder
from undertone.experiment.train import BUNDLE
from undertone.recognition.shipped import load_or_shipped
from undertone.types import Clip

DECIBELS = (30, 20, 15, 10, 5, 0, -5, -10)
SECONDS = (2.0, 1.0, 0.5, 0.2)


def noisy(clip: Clip, decibels: float, rng: np.random.Generator) -> Clip:
    level = np.sqrt(np.mean(np.square(clip.samples))) * 10 ** (-decibels / 20)
    return Clip((clip.samples + rng.standard_normal(clip.samples.size) * level).astype(np.float32), clip.rate)


def middle(clip: Clip, seconds: float) -> Clip:
    count = min(int(seconds * clip.rate), clip.samples.size)
    begin = (clip.samples.size - count) // 2
    return Clip(clip.samples[begin : begin + count], clip.rate)


def conditions(clips: list[Clip]):
    rng = np.random.default_rng(0)
    yield "clean", clips
    for level in DECIBELS:
        yield f"white noise, {level} dB", [noisy(clip, level, rng) for clip in clips]
    for seconds in SECONDS:
        yield f"the middle {seconds:g} s", [middle(clip, seconds) for clip in clips]


def measured(bundle, clips: list[Clip], truth: np.ndarray) -> dict[str, float]:
    scores = np.stack([score(bundle, clip, ask=bundle.network).scores for clip in clips])
    matrix = confusion(truth, scores.argmax(axis=1), classes=len(bundle.labels))
    error = calibration_error(scores, truth)
    return {"uar": uar(matrix), "accuracy": accuracy(matrix), "sure": float(scores.max(axis=1).mean()), "ece": error}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path, nargs="?")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if options.run:
        corpus = load_corpus(folder.settings_of(options.run).corpus)
        bundle, places = load(options.run / BUNDLE), folder.fold_of(options.run, corpus).test[::3]
    else:
        corpus = load_corpus("emodb")
        bundle, places = load_or_shipped(None), range(0, len(corpus), 6)
    chosen = [corpus.utterances[place] for place in places]
    truth = np.array([bundle.labels.index(u.label) for u in chosen])
    plain = dataclasses.replace(bundle, doubt=None)
    rows = {}
    for name, clips in conditions([read(u.path) for u in chosen]):
        rows[name] = {"with doubt": measured(bundle, clips, truth), "without": measured(plain, clips, truth)}
    if options.json:
        print(json.dumps({"bundle": bundle.name, "clips": len(chosen), "rows": rows}))
        return
    print(f"{bundle.name}, {len(chosen)} clips\n\n| | accuracy % | mean best score % | ECE % | without doubt | ECE % |")
    print("|---|---|---|---|---|---|")
    for name, row in rows.items():
        cells = [row["with doubt"][key] for key in ("accuracy", "sure", "ece")] + [
            row["without"][k] for k in ("sure", "ece")
        ]
        print(f"| {name} | {' | '.join(f'{100 * cell:.0f}' for cell in cells)} |")


if __name__ == "__main__":
    main()
