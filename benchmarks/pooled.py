# ruff: noqa: E402 (one thread must be asked for before NumPy is loaded)
"""What pooled statistics and a straight line are worth on voices that they never heard.

    python benchmarks/pooled.py [--json] [--corpora emodb ravdess tess]

pooledlog.v2, pooledlog.v1 and article.v1 of whole trimmed clips; scikit-learn's StandardScaler, then LogisticRegression
(C 0.01, balanced classes) or LinearDiscriminantAnalysis (least squares, shrinkage 0.5), otherwise their defaults, on
all speakers of a fold's training and validation side: nothing is chosen. UAR: recalls over all test clips of all folds
pooled; interval: bootstrap over speakers. `seconds` is what reading, resampling and computing pooledlog.v1 and
melpitch.v1 of all clips takes on one core. TESS and RAVDESS are looked for in ../shared/corpora or $UNDERTONE_CORPORA;
one that is not there is named and left out.
"""

from __future__ import annotations

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import argparse
import json
import sys
import time
from pathlib import Path

import numpy as np
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from undertone.audio.read import read
from undertone.corpora import PROTOCOLS, load, protocol_for
from undertone.evaluation import confusion, interval, uar
from undertone.features import FrontEnd, MelPitch
from undertone.types import Corpus

ROOT = Path(__file__).parents[1]
KINDS = ("pooledlog.v2", "pooledlog.v1", "article.v1")
LINES = {
    "logistic": lambda: LogisticRegression(C=0.01, class_weight="balanced", max_iter=1000),
    "discriminant": lambda: LinearDiscriminantAnalysis(solver="lsqr", shrinkage=0.5),
}


def place(corpus: str) -> str | None:
    if corpus == "emodb":
        return corpus
    folder = Path(os.environ.get("UNDERTONE_CORPORA", ROOT.parent / "shared" / "corpora")) / corpus
    return str(folder) if folder.is_dir() else None


def rows(corpus: Corpus, feature_set: str) -> np.ndarray:
    front_end = FrontEnd(feature_set=feature_set, segmentation="whole")
    return np.stack([front_end.transform(read(u.path))[1][0] for u in corpus.utterances])


def seconds_for_both(corpus: Corpus) -> tuple[float, float]:
    """Both sets of all clips from their files: seconds of work, and of sound."""
    front_end, sequence, sound, begin = FrontEnd(feature_set="pooledlog.v1"), MelPitch(), 0.0, time.perf_counter()
    for utterance in corpus.utterances:
        clip = read(utterance.path)
        sound += clip.duration_s
        front_end.transform(clip)
        sequence.compute(clip)
    return time.perf_counter() - begin, sound


def judged(corpus: Corpus, x: np.ndarray, line: str) -> dict[str, float]:
    """UAR with its interval, each clip answered when its speaker was not heard in training."""
    labels = np.array([corpus.labels.index(u.label) for u in corpus.utterances])
    told = np.full_like(labels, -1)
    for fold in PROTOCOLS[protocol_for(corpus)](corpus):
        train, test = [*fold.train, *fold.validation], list(fold.test)
        told[test] = make_pipeline(StandardScaler(), LINES[line]()).fit(x[train], labels[train]).predict(x[test])
    classes, speakers = len(corpus.labels), [u.speaker for u in corpus.utterances]
    low, high = interval(labels, told, speakers, uar, classes=classes, rng=np.random.default_rng(0))
    return {"uar": 100 * uar(confusion(labels, told, classes=classes)), "low": 100 * low, "high": 100 * high}


def measure(name: str, where: str) -> dict[str, object]:
    corpus = load(where)
    seconds, sound = seconds_for_both(corpus)
    figures = {}
    for kind in KINDS:
        x = rows(corpus, kind)
        figures[kind] = {line: judged(corpus, x, line) for line in LINES}
    return {"protocol": protocol_for(corpus), "clips": len(corpus), "sound_s": sound, "seconds": seconds, **figures}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    parser.add_argument("--corpora", nargs="+", default=["emodb", "ravdess", "tess"])
    arguments = parser.parse_args()
    report = {}
    for name in arguments.corpora:
        where = place(name)
        if where is None:
            print(f"{name}: not there, left out", file=sys.stderr)
            continue
        report[name] = measure(name, where)
    if arguments.json:
        print(json.dumps(report))
        return
    for row in report.values():
        print(
            f"{row['protocol']}: {row['clips']} clips, {row['sound_s']:.0f} s of sound, "
            f"both sets {row['seconds']:.1f} s"
        )
        for kind in KINDS:
            told = (f"{line} {f['uar']:.1f} ({f['low']:.1f} to {f['high']:.1f})" for line, f in row[kind].items())
            print(f"  {kind:12} {', '.join(told)}")


if __name__ == "__main__":
    main()
