# ruff: noqa: E402 (one thread must be asked for before NumPy is loaded)
"""What the field's own feature sets and a support vector machine are worth under the very same folds.

    python benchmarks/baselines.py                      fit what is not recorded yet, then print the table
    python benchmarks/baselines.py --recorded           print the recorded figures
    python benchmarks/baselines.py --corpora emodb --json

openSMILE's functionals of whole clips, mono at 16 kHz: eGeMAPSv02 (88 numbers; RBF kernel, C 10) and ComParE_2016
(6,373; linear kernel, C 1e-3), the usual settings; nothing is chosen here. scikit-learn's StandardScaler and SVC,
balanced classes, otherwise its defaults, on all speakers of a fold's training and validation side. "Speaker known":
each number less the mean of its speaker, for those who train over all their clips, for those who judge over all their
test clips, without labels; so is it with our networks. "Scaled": over the speaker's deviation too, as the field does.
Answers of each fold are kept in benchmarks/rows/baselines.jsonl, functionals in benchmarks/cache.

openSMILE comes with the extra `baselines`. Its licence forbids commercial use, of features that it computed too, so
undertone neither needs nor contains it. TESS and RAVDESS are looked for as accuracy.py does.
"""

from __future__ import annotations

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import argparse
import json
import sys
from dataclasses import dataclass
from importlib.metadata import version

import numpy as np
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from accuracy import CACHE, FOLDS, SINGLE, load, place, record, recorded
from undertone.audio.read import read
from undertone.audio.resample import resample
from undertone.config import fingerprint as recipe_of
from undertone.config import from_dict, to_dict
from undertone.corpora import PROTOCOLS
from undertone.corpora.content import digest
from undertone.experiment.protocol import FoldAnswers, pooled
from undertone.experiment.rows import label_numbers
from undertone.types import Corpus, Fold

ROWS = "baselines"


@dataclass(frozen=True)
class Baseline:
    features: str
    kernel: str
    C: float
    rate: int = 16_000


#: What is known of those who judge, as the protocol's name says it: nothing, their means, deviations too.
FORMS = ("", ".speaker_known", ".speaker_known_scaled")
BASELINES = (Baseline("eGeMAPSv02", "rbf", 10.0), Baseline("ComParE_2016", "linear", 1e-3))


def functionals(corpus: Corpus, baseline: Baseline) -> np.ndarray:
    """Compute the functionals of all clips, shape (clips, numbers); or read them."""
    import opensmile

    path = CACHE / "opensmile" / f"{corpus.name}-{baseline.features}-{baseline.rate}.npz"
    mark = f"{version('opensmile')} {digest(corpus)}"
    if path.is_file():
        with np.load(path) as kept:
            if str(kept["mark"]) == mark:
                return np.array(kept["x"])
    smile = opensmile.Smile(feature_set=opensmile.FeatureSet[baseline.features], feature_level="func")
    x = np.zeros((len(corpus), smile.num_features), np.float32)
    for number, utterance in enumerate(corpus.utterances):
        clip = resample(read(utterance.path), baseline.rate)
        x[number] = smile.process_signal(clip.samples, clip.rate).to_numpy()[0]
        if number % 200 == 0:
            print(f"{path.stem}: {number} of {len(corpus)}", file=sys.stderr, flush=True)
    if not np.isfinite(x).all():
        sys.exit(f"{path.stem}: openSMILE answered numbers that are not finite")
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part.npz")
    np.savez(part, mark=np.array(mark), x=x)
    part.replace(path)
    return x


def known(x: np.ndarray, speakers: np.ndarray, *, scaled: bool) -> np.ndarray:
    """Take each speaker's mean from the numbers of all clips of that speaker; divide them by the deviation too."""
    x = x.astype(np.float64)
    for speaker in np.unique(speakers):
        own = speakers == speaker
        x[own] -= x[own].mean(axis=0)
        if scaled:
            x[own] /= np.maximum(x[own].std(axis=0), 1e-8)
    return x


def answer(corpus: Corpus, fold: Fold, x: np.ndarray, baseline: Baseline, form: str) -> FoldAnswers:
    """Fit on a fold's training speakers and answer its test clips."""
    train, test = [*fold.train, *fold.validation], list(fold.test)
    truth, speakers = label_numbers(corpus), np.array([u.speaker for u in corpus.utterances])
    own, judged = x[train], x[test]
    if form:
        scaled = form == ".speaker_known_scaled"
        own, judged = known(own, speakers[train], scaled=scaled), known(judged, speakers[test], scaled=scaled)
    machine = SVC(kernel=baseline.kernel, C=baseline.C, class_weight="balanced")
    told = make_pipeline(StandardScaler(), machine).fit(own, truth[train]).predict(judged)
    tested = [corpus.utterances[i] for i in test]
    return FoldAnswers(
        protocol=SINGLE[corpus.name] + form,
        fold=fold.name,
        seed=0,
        settings=recipe_of(baseline),
        labels=corpus.labels,
        clips=tuple(u.key for u in tested),
        speakers=tuple(u.speaker for u in tested),
        sexes=tuple(u.sex for u in tested),
        truth=tuple(int(n) for n in truth[test]),
        answers=tuple(int(n) for n in told),
        epoch=0,
    )


def fit_missing(baseline: Baseline, name: str) -> None:
    corpus, before, recipe = load(name), recorded(ROWS), recipe_of(baseline)
    folds, x = PROTOCOLS[SINGLE[name]](corpus), None
    for form in FORMS:
        for number, fold in enumerate(folds):
            job = f"{baseline.features}-{SINGLE[name]}{form}-{number}"
            if (job, recipe) in before:
                continue
            x = functionals(corpus, baseline) if x is None else x
            answers = to_dict(answer(corpus, fold, x, baseline, form))
            record(ROWS, [{"job": job, "settings": recipe, "answers": answers}])
            print(job, file=sys.stderr, flush=True)


def figures_of(baseline: Baseline, name: str, folds: int) -> dict[str, dict]:
    """Judge the recorded folds of a corpus, speaker not known and known; what is not whole is left out and named."""
    own = [line for (_, recipe), line in recorded(ROWS).items() if recipe == recipe_of(baseline)]
    found: dict[str, dict] = {}
    for protocol in (SINGLE[name] + form for form in FORMS):
        answers = [from_dict(FoldAnswers, line["answers"]) for line in own if line["answers"]["protocol"] == protocol]
        if len(answers) == folds:
            figures = to_dict(pooled(answers))
            found[protocol] = {**figures, "low": figures["uar_low"], "high": figures["uar_high"]}
        else:
            print(f"{baseline.features}, {protocol}: {len(answers)} of {folds} folds recorded", file=sys.stderr)
    return found


def table(found: dict[str, dict[str, dict]]) -> str:
    lines = ["| functionals | protocol | UAR % | 95 % interval | accuracy % | clips | speakers |", "|" + "---|" * 7]
    for features, protocols in found.items():
        for protocol, f in protocols.items():
            interval = f"{100 * f['low']:.1f} to {100 * f['high']:.1f}"
            scores = (f"{100 * f['uar']:.1f}", interval, f"{100 * f['accuracy']:.1f}", f["clips"], f["speakers"])
            lines.append(f"| {' | '.join(map(str, (features, protocol, *scores)))} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--recorded", action="store_true", help="fit nothing")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--corpora", nargs="+", choices=list(SINGLE), default=list(SINGLE))
    options = parser.parse_args()
    for name in options.corpora if not options.recorded else ():
        if place(name) is None:
            print(f"{name}: not found beside the repository (see --help); left out", file=sys.stderr)
            continue
        for baseline in BASELINES:
            fit_missing(baseline, name)
    found: dict[str, dict[str, dict]] = {}
    for baseline in BASELINES:
        found[baseline.features] = {}
        for name in options.corpora:
            found[baseline.features] |= figures_of(baseline, name, FOLDS[name])
    named = {features: {p.replace(".", "_"): f for p, f in own.items()} for features, own in found.items()}
    print(json.dumps(named, ensure_ascii=False) if options.json else table(found))


if __name__ == "__main__":
    main()
