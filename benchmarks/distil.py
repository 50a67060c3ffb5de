"""What teachers bring: `tiny` taught by networks of `compact`'s kind beside `tiny` as it is, on unheard voices.

    python benchmarks/distil.py emodb --teachers 4
    python benchmarks/distil.py ravdess --teachers 4 --json

Trains what benchmarks/cache lacks (hours: `accuracy.py` with the same options does it side by side, and records the
answers). The network alone, the whole with its line, and what the teachers say together: UAR over all test clips of all
folds of seed 0, and the difference with its paired 95 % interval over speakers.
"""

from __future__ import annotations

import argparse
import dataclasses
import json

import numpy as np

import accuracy
from undertone.config import from_dict
from undertone.corpora import PROTOCOLS
from undertone.evaluation import confusion, log_probabilities, uar
from undertone.experiment.opinions import table
from undertone.experiment.others import sequences
from undertone.experiment.protocol import FoldAnswers, weighed
from undertone.models import MODELS
from undertone.training import load, predict

ALONE = (1.0, 0.0)


def answers_of(model: str, corpus: str, teachers: int, folds: list[int]) -> list[FoldAnswers]:
    jobs = [accuracy.Job(model, corpus, fold, 0, accuracy.Variant(teachers)) for fold in folds]
    return [from_dict(FoldAnswers, accuracy.work(job)["answers"]) for job in jobs]


def of_teachers(job: accuracy.Job, own: FoldAnswers) -> FoldAnswers:
    """Let the teachers of a fold answer its test clips, together and without a line."""
    rows, fold = accuracy.features_of(job.model, job.corpus, job.seed), PROTOCOLS[accuracy.HONEST[job.corpus]]
    test = rows.where(fold(accuracy.load(job.corpus))[job.fold].test, copies=False)
    frontend, spec = job.settings.frontend, MODELS[job.settings.distil.model]
    x, said = sequences(rows.features[test], frontend.frames, frontend.columns), []
    for number in range(job.variant.teachers):
        kept = load(accuracy.runs(job) / job.name / f"teacher-{number}" / "best.h5")
        network = spec.build(x.shape[1:], kept.output_shape[-1])
        network.set_weights(kept.get_weights())
        scores = predict(network, x)[:, : len(own.labels)]
        said.append(log_probabilities(scores / scores.sum(axis=1, keepdims=True)))
    opinions = dataclasses.replace(own.opinions, network=table(np.mean(said, axis=0)))
    return dataclasses.replace(own, opinions=opinions)


def labels_of(parts: list[FoldAnswers], *, whole: bool) -> np.ndarray:
    if whole:
        return np.concatenate([part.answers for part in weighed(parts)])
    return np.concatenate([part.opinions.scores(ALONE).argmax(axis=1) for part in parts])


def measured(model: str, corpus: str, teachers: int, folds: list[int]) -> dict:
    plain, taught = (answers_of(model, corpus, number, folds) for number in (0, teachers))
    jobs = [accuracy.Job(model, corpus, fold, 0, accuracy.Variant(teachers)) for fold in folds]
    teaching = [of_teachers(job, own) for job, own in zip(jobs, taught, strict=True)]
    truth = np.concatenate([part.truth for part in plain])
    speakers = np.concatenate([part.speakers for part in plain])
    classes, found = len(plain[0].labels), {"corpus": corpus, "folds": folds, "clips": len(truth)}
    for name, whole in (("network", False), ("whole", True)):
        answers = {
            k: labels_of(v, whole=whole) for k, v in (("plain", plain), ("taught", taught), ("teachers", teaching))
        }
        figures = {kind: uar(confusion(truth, given, classes=classes)) for kind, given in answers.items()}
        figures["gain"] = figures["taught"] - figures["plain"]
        low_high = by_speaker(truth, answers["plain"], answers["taught"], speakers, classes)
        found[name] = {**figures, "gain_low": low_high[0], "gain_high": low_high[1]}
    return found


def by_speaker(truth, before, after, speakers, classes: int, draws: int = 2000) -> tuple[float, float]:
    """Draw speakers with replacement, the same for both; return the middle 95 in 100 of the differences of UAR."""
    names, rng = np.unique(speakers), np.random.default_rng(0)
    tables = [
        np.stack([confusion(truth[speakers == n], given[speakers == n], classes=classes) for n in names])
        for given in (before, after)
    ]
    drawn = [rng.integers(0, len(names), len(names)) for _ in range(draws)]
    gains = [uar(tables[1][d].sum(axis=0)) - uar(tables[0][d].sum(axis=0)) for d in drawn]
    return float(np.quantile(gains, 0.025)), float(np.quantile(gains, 0.975))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", choices=sorted(accuracy.SINGLE))
    parser.add_argument("--model", default="tiny", choices=[name for name in MODELS if MODELS[name].sequence])
    parser.add_argument("--teachers", type=int, default=4)
    parser.add_argument("--folds", type=int, nargs="+", help="some of them; default: all")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    options = parser.parse_args()
    folds = options.folds or list(range(accuracy.FOLDS[options.corpus]))
    found = measured(options.model, options.corpus, options.teachers, folds)
    if options.json:
        print(json.dumps(found))
        return
    print(f"{options.model} on {options.corpus}, {len(folds)} folds, {found['clips']} clips, UAR %")
    for name in ("network", "whole"):
        f = {key: 100 * value for key, value in found[name].items()}
        interval = f"{f['gain_low']:+.1f} to {f['gain_high']:+.1f}"
        print(f"{name}: {f['plain']:.1f}, taught {f['taught']:.1f} ({f['gain']:+.1f}, {interval})", end="; ")
        print(f"the teachers together {f['teachers']:.1f}")


if __name__ == "__main__":
    main()
