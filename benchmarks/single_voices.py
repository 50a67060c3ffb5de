# ruff: noqa: E402, I001 (one thread must be asked for before NumPy is loaded)
"""How much a line over statistics may say beside a network when one voice is all that there is to learn from.

    python benchmarks/single_voices.py [--json]

With fewer than three training speakers nothing can be fitted on speakers who were left out. So the weights of network
and line are settings (`StatisticsSettings.few_speakers_…`), found here: `compact` learns from one speaker of EMO-DB or
RAVDESS at a time (and from the other two corpora first, as always), and answers all other speakers of that corpus. The
weights are those that make their labels as probable as can be, every class counting as much as every other; each corpus
has the same say. TESS, for whose figure they are used, has no part in it but to be learned from. Speakers: all of
EMO-DB who said every class; of RAVDESS the first actor of each fold and sex. Trainings are kept in benchmarks/cache.
"""

from __future__ import annotations

import argparse
import json
import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(name, "1")
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false")

import accuracy
import numpy as np

from undertone.corpora import PROTOCOLS
from undertone.evaluation import confusion, fit_pool, pooled_scores, uar
from undertone.experiment.protocol import answer_fold
from undertone.types import Corpus, Fold


def voices(corpus: Corpus) -> list[str]:
    """List the speakers that are learned from, one at a time."""
    said = {s: {u.label for u in corpus.utterances if u.speaker == s} for s in corpus.speakers}
    whole = [s for s in corpus.speakers if len(said[s]) == len(corpus.labels)]
    if corpus.name != "ravdess":
        return whole
    sex = {u.speaker: u.sex for u in corpus.utterances}
    first = {}
    for number, fold in enumerate(PROTOCOLS["ravdess.6fold"](corpus)):
        for speaker in sorted({corpus.utterances[i].speaker for i in fold.test}):
            first.setdefault((number, sex[speaker]), speaker)
    return sorted(first.values())


def alone(corpus: Corpus, speaker: str) -> Fold:
    own = [i for i, u in enumerate(corpus.utterances) if u.speaker == speaker]
    rest = [i for i, u in enumerate(corpus.utterances) if u.speaker != speaker]
    return Fold(f"one-{speaker}", tuple(own), (), tuple(rest))


def opinions(name: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the logits of network and line, (2, segments, classes), and what was said, over all voices of a corpus."""
    corpus, settings = accuracy.load(name), accuracy.settings_for("compact", name, 0)
    rows = accuracy.features_of("compact", name, 0)
    folds = [alone(corpus, speaker) for speaker in voices(corpus)]
    job = accuracy.Job("compact", name, 0, 0)
    others = accuracy.others_of(job, corpus, folds)
    logits, truth = [], []
    for fold in folds:
        run = accuracy.runs(job) / f"{name}-0-{fold.name}"
        answers = answer_fold(corpus, rows, fold, settings, run, protocol=f"{name}.one-voice", others=others)
        told = answers.opinions
        logits.append(np.stack([told.network, told.line]))
        truth.append(np.array(answers.truth)[list(told.clip)])
    return np.concatenate(logits, axis=1), np.concatenate(truth)


def score(logits: np.ndarray, truth: np.ndarray, weights: tuple[float, float]) -> float:
    return uar(confusion(truth, pooled_scores(logits, weights).argmax(axis=1), classes=logits.shape[2]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="one JSON object")
    asked = parser.parse_args()
    found = {}
    for name in ("emodb", "ravdess"):
        logits, truth = opinions(name)
        network, line = fit_pool(logits, truth)
        found[name] = {
            "network_weight": float(network),
            "line_weight": float(line),
            "uar_network": score(logits, truth, (1, 0)),
            "uar_line": score(logits, truth, (0, 1)),
            "uar_both": score(logits, truth, (network, line)),
        }
    found["mean"] = {key: float(np.mean([f[key] for f in found.values()])) for key in ("network_weight", "line_weight")}
    print(json.dumps(found) if asked.json else "\n".join(f"{name}: {values}" for name, values in found.items()))


if __name__ == "__main__":
    main()
