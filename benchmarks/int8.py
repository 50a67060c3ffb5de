# ruff: noqa: E402 (one thread must be asked for before NumPy is loaded)
"""What integers cost in accuracy: networks in float32 and in s8 on speakers that they never heard.

    python benchmarks/int8.py [--json] [--model compact] [--corpus ravdess] [--folds 2 3 4 5] [--alone] [--aware]

The network, trained on each fold as `accuracy.py` trains it (a finished run in its cache is taken as it is, one that is
missing is trained: minutes to half an hour). Ranges come from rows of the fold's training speakers, as in a bundle; its
test speakers judge. Agreement counts clips of equal label; the error is the mean difference of a score to float32. ONNX
Runtime's quantiser and LiteRT get the same rows; LiteRT's converter needs TensorFlow, so its model has our ranges
(`peer_int8.py`) and only the article's network has such a form. `--alone` leaves both out. `--aware` fine-tunes the
network for integers (`train --quantise-aware`) and adds what it answers then, in float32 and in s8.
"""

from __future__ import annotations

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"

import argparse
import contextlib
import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
import accuracy
from inference import litert_interpreter, onnx_session
from peer_int8 import onnx_int8, tflite_int8
from undertone.bundle.model import whole_scores
from undertone.compiler import Graph, optimise
from undertone.compiler.library import Library
from undertone.compiler.passes.quantise import quantise
from undertone.compiler.planning.rolling import plan_for
from undertone.corpora import PROTOCOLS
from undertone.evaluation import log_probabilities, softmax
from undertone.experiment.network import Trained
from undertone.experiment.rows import Rows, label_numbers
from undertone.experiment.train import some_rows, train_fold
from undertone.types import Corpus, Fold

Run = Callable[[np.ndarray], np.ndarray]


def trained(model: str, corpus: Corpus, rows: Rows, fold: Fold, number: int, *, aware: bool = False) -> Trained:
    job = accuracy.Job(model, corpus.name, number, 0)
    settings = replace(accuracy.settings_for(model, corpus.name, 0), quantise_aware=aware)
    others = accuracy.others_of(job, corpus, [fold])
    return train_fold(corpus, rows, fold, settings, run=accuracy.runs(job) / job.name, others=others)


def answers(network: Trained, run_once: Run, rows: Rows, clips: tuple[int, ...]) -> np.ndarray:
    """Answer clips as `undertone predict` does."""
    scores = []
    for clip in clips:
        side = rows.where([clip], copies=False)
        scaled = network.scaled(rows.features[side])
        logits = log_probabilities(np.stack([run_once(x).ravel() for x in scaled]))
        softened = logits / network.doubt.softening(scaled, rows.seconds[side])[:, None] / network.temperature
        scores.append(whole_scores(rows.seconds[side], softmax(softened)))
    return np.stack(scores)


def forms(graph: Graph, ranges: np.ndarray, *, peers: tuple[str, ...]) -> dict[str, Run]:
    """Return the network in float32, and in integers by us and by the peers."""
    makers: dict[str, Callable[[], Run]] = {
        "ort_s8": lambda: onnx_session(onnx_int8(graph, ranges)),
        "litert_s8": lambda: litert_interpreter(tflite_int8(graph, quantise(graph, ranges, copies=1), ranges)),
    }
    ours = {"f32": Library(graph), "s8": Library(quantise(graph, ranges))}
    return ours | {name: makers[name]() for name in peers}


def recall(truth: np.ndarray, labels: np.ndarray) -> float:
    """Return the unweighted average recall in percent."""
    return float(100 * np.mean([(labels[truth == c] == c).mean() for c in np.unique(truth)]))


def judge(truth: np.ndarray, scores: dict[str, np.ndarray]) -> dict[str, Any]:
    real = scores["f32"]
    row: dict[str, Any] = {"clips": len(truth), "f32": {"uar": round(recall(truth, real.argmax(1)), 2)}}
    for name, found in scores.items():
        if name != "f32":
            row[name] = {
                "uar": round(recall(truth, found.argmax(1)), 2),
                "agreement": round(float(100 * (found.argmax(1) == real.argmax(1)).mean()), 2),
                "error": float(f"{np.abs(found - real).mean():.2g}"),
            }
    return row


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--corpus", choices=sorted(accuracy.HONEST), default="emodb")
    parser.add_argument(
        "--model", choices=("article", "compact", "pooled", "pooled-mlp", "pooled-svm", "tiny"), default="article"
    )
    parser.add_argument("--alone", action="store_true", help="without the peers")
    parser.add_argument("--aware", action="store_true", help="also after a fine-tuning for integers")
    parser.add_argument("--folds", type=int, nargs="+", default=[0])
    asked = parser.parse_args()
    corpus, rows = accuracy.load(asked.corpus), accuracy.features_of(asked.model, asked.corpus, 0)
    peers = () if asked.alone else ("ort_s8", "litert_s8") if asked.model == "article" else ("ort_s8",)
    numbers, told, everything, sizes = label_numbers(corpus), {}, [], {}
    for number in asked.folds:
        fold = PROTOCOLS[accuracy.HONEST[asked.corpus]](corpus)[number]
        with contextlib.redirect_stdout(sys.stderr):
            network = trained(asked.model, corpus, rows, fold, number)
            ranges = network.scaled(some_rows(rows, fold, accuracy.settings_for(asked.model, corpus.name, 0)))
            made = forms(network.graph, ranges, peers=peers)
        scores = {name: answers(network, once, rows, fold.test) for name, once in made.items()}
        if asked.aware:
            with contextlib.redirect_stdout(sys.stderr):
                tuned = trained(asked.model, corpus, rows, fold, number, aware=True)
            both = {"f32": Library(tuned.graph), "s8": Library(quantise(tuned.graph, ranges))}
            scores |= {f"aware_{name}": answers(tuned, once, rows, fold.test) for name, once in both.items()}
        truth = numbers[list(fold.test)]
        told[fold.name] = judge(truth, scores)
        everything.append((truth, scores))
        sizes = arenas(network.graph, quantise(network.graph, ranges[:4]))
        print(f"{fold.name}: {told[fold.name]}", file=sys.stderr, flush=True)
    pooled = {name: np.concatenate([s[name] for _, s in everything]) for name in everything[0][1]}
    whole = {"protocol": accuracy.HONEST[asked.corpus], "folds": told, "arena_bytes": sizes}
    whole["pooled"] = judge(np.concatenate([truth for truth, _ in everything]), pooled)
    print(json.dumps(whole, indent=None if asked.json else 1))


def arenas(graph: Graph, integers: Graph) -> dict[str, int]:
    """Return the working memory by form and goal."""
    lean = {"f32": optimise(graph), "s8": optimise(integers)}
    return {f"{form} {goal}": plan_for(g, goal).arena_bytes for form, g in lean.items() for goal in ("speed", "ram")}


if __name__ == "__main__":
    main()
