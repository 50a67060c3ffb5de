# ruff: noqa: E402 (one thread must be asked for before NumPy is loaded)
"""Make the bundles that ship, each from the clips of its list, with the figures that the same recipe has on new voices.

    python benchmarks/ship.py emodb            after `python benchmarks/accuracy.py --model pooled --corpora emodb`
    python benchmarks/ship.py english          after `… --model compact --corpora english`
    python benchmarks/ship.py english-tiny     after `… --model tiny --corpora english`
    python benchmarks/ship.py emodb --model article --out article.undertone
    python benchmarks/ship.py emodb --list     write benchmarks/shipped/emodb.csv anew: the clips and their SHA-256

A corpus that is not the listed one, byte for byte, is refused. Nobody is held out of a shipped network (a fifth of the
speakers choose the article's epoch), so the card's figures are those of the same settings under the corpus's protocol,
where every speaker was once unseen; temperature, and the weights of network and line, come from those folds too. A
name that ends in "-tiny" ships in integers, and its figures are those of the integers. English keeps no sound and no
features of its corpora, whose licences are not free: the rows for whoever quantises it come from EMO-DB. Same machine
kind and versions: same bytes.
"""

from __future__ import annotations

import os

for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[threads] = "1"  # sums in another order are other bytes

import argparse
import csv
import dataclasses
import io
import shutil
import sys
from pathlib import Path

import numpy as np

from accuracy import (
    CACHE,
    HONEST,
    ROOT,
    Job,
    _lines,
    features_of,
    figures_of,
    load,
    others_of,
    recorded,
    runs,
    settings_for,
)

BUNDLES = ROOT / "src" / "undertone" / "recognition" / "bundles"
LISTS = ROOT / "benchmarks" / "shipped"
MADE_OF = {"emodb": ("emodb", "pooled"), "english": ("english", "compact"), "english-tiny": ("english", "tiny")}
ANSWERS = {
    "emodb": (
        "trained on ten German actors. It answers EMO-DB's seven classes: it has boredom, and no surprise and no calm."
    ),
    "english": (
        "trained on 24 actors and two actresses who speak English (RAVDESS, TESS). It answers the article's seven "
        "classes; RAVDESS's calm counts as neutral."
    ),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", choices=sorted(MADE_OF))
    parser.add_argument("--model", help="another than the one that ships")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--list", action="store_true")
    asked = parser.parse_args()
    corpus_name, model = MADE_OF[asked.name]
    model = asked.model or model
    corpus = load(corpus_name)
    if asked.list:
        LISTS.mkdir(exist_ok=True)
        (LISTS / f"{corpus_name}.csv").write_text(listed(corpus), encoding="utf-8")
        return
    if (LISTS / f"{corpus_name}.csv").read_text(encoding="utf-8") != listed(corpus):
        sys.exit(f"ship: the clips of {corpus_name} here are not those of {LISTS / corpus_name}.csv")
    figures = figures_of(model, [corpus_name], [0])
    if not figures:
        sys.exit(f"ship: nothing recorded; run first: accuracy.py --model {model} --corpora {corpus_name}")
    shipped = make(asked.name, corpus, model, figures, asked.out or BUNDLES / f"{asked.name}.undertone")
    print(f"{shipped.name}: {shipped.size / 1000:.0f} KB, sha256 {shipped.sha256}")


def listed(corpus) -> str:
    """Return the corpus as a table: who says what, and the SHA-256 of the sound."""
    from undertone.corpora.content import sha256

    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["clip", "speaker", "label", "sha256"])
    for u in corpus.utterances:
        table.writerow([u.key, u.speaker, u.label, sha256(u.path)])
    return text.getvalue()


@dataclasses.dataclass(frozen=True)
class Shipped:
    name: str
    size: int
    sha256: str


def make(name: str, corpus, model: str, figures: dict[str, dict], out: Path) -> Shipped:
    from undertone.bundle import Card, save
    from undertone.corpora import everyone
    from undertone.deployment.quantised import quantised_bundle
    from undertone.experiment.train import as_bundle, data_used, some_rows, train_fold

    settings = dataclasses.replace(settings_for(model, corpus.name, 0), hold_out=(), others=())
    folds, _ = _lines(recorded(model), corpus.name, settings_for(model, corpus.name, 0).recipe, 0)
    settings = _weighed(settings, folds)
    temperature, shown = _from_folds(settings, folds, figures)
    rows, fold = features_of(model, corpus.name, 0), everyone(corpus, seed=0)
    run = CACHE / "ship" / f"{name}-{settings_for(model, corpus.name, 0).of_networks.recipe}"  # whatever the weights
    trained = train_fold(corpus, rows, fold, settings, run=run)
    kept = some_rows(rows, fold, settings) if corpus.name == "emodb" else _free_rows(model)
    summary = f"Hears which acted emotion a voice resembles: the {model} network, {ANSWERS[corpus.name]}"
    data = _parts(corpus) or (data_used(corpus, fold),)
    card = Card(name, summary, data, dataclasses.replace(settings, corpus=corpus.name).told(), tuple(shown))
    bundle = as_bundle(trained, corpus, settings, card, rows=kept)
    bundle = dataclasses.replace(bundle, temperature=temperature or bundle.temperature)
    if name.endswith("-tiny"):
        bundle = quantised_bundle(bundle)
        told = in_integers(corpus, model, trained_weights=settings, temperature=bundle.temperature)
        card = dataclasses.replace(
            card, summary=f"{summary} Its network computes in integers of 8 bits, and so do its figures.", figures=told
        )
        bundle = dataclasses.replace(bundle, card=card, rows=np.zeros((0, 0), np.float32))
    saved = save(bundle, out)
    return Shipped(str(out), out.stat().st_size, saved.sha256)


def _parts(corpus):
    """Say whose voices a corpus of several has, each part with its licence."""
    from undertone.bundle import DataUsed
    from undertone.corpora import IMPORTERS

    found = []
    for name in sorted({u.speaker.partition("/")[0] for u in corpus.utterances if "/" in u.speaker}):
        own = [u for u in corpus.utterances if u.speaker.startswith(f"{name}/")]
        kind = IMPORTERS[name]
        found.append(DataUsed(name, kind.licence, kind.credit, len(own), len({u.speaker for u in own})))
    return tuple(found)


def _free_rows(model: str):
    """Return rows of EMO-DB, CC0, in the same front end."""
    from undertone.corpora import everyone
    from undertone.experiment.train import some_rows

    settings = settings_for(model, "emodb", 0)
    return some_rows(features_of(model, "emodb", 0), everyone(load("emodb"), seed=0), settings)


def _weighed(settings, folds):
    """Weigh network and line as the folds' answers ask, on average."""
    if not all(fold.weights for fold in folds):
        return settings
    network, line = (round(float(np.mean([fold.weights[k] for fold in folds])), 3) for k in (0, 1))
    return dataclasses.replace(
        settings, statistics=dataclasses.replace(settings.statistics, network_weight=network, line_weight=line)
    )


def _from_folds(settings, folds, figures: dict[str, dict]) -> tuple[float | None, list[dict]]:
    """Fit the temperature on the recorded folds; the figures become the cross-fitted ones, of each corpus apart too."""
    from undertone.config import to_dict
    from undertone.experiment.protocol import cross_calibrated, pooled, temperature_of
    from undertone.models import MODELS

    protocol = folds[0].protocol
    shown = {name: _shown(f) for name, f in figures.items() if not name.endswith("speaker_known")}
    if MODELS[settings.model].chooses or not all(fold.scores for fold in folds):
        return None, list(shown.values())
    calibrated = cross_calibrated(folds)
    shown[protocol] = to_dict(pooled(calibrated))
    return temperature_of(folds), [*shown.values(), *_by_corpus(calibrated)]


def _by_corpus(folds) -> list[dict]:
    """Judge the clips of each of several corpora apart."""
    from undertone.config import to_dict
    from undertone.experiment.protocol import pooled

    parts = sorted({speaker.partition("/")[0] for fold in folds for speaker in fold.speakers if "/" in speaker})
    return [to_dict(pooled(part for fold in folds if (part := _only(fold, name)).truth)) for name in parts]


def _only(fold, corpus: str):
    chosen = [i for i, speaker in enumerate(fold.speakers) if speaker.startswith(f"{corpus}/")]
    several = ("clips", "speakers", "sexes", "truth", "answers", "scores")
    picked = {name: tuple(getattr(fold, name)[i] for i in chosen) for name in several}
    return dataclasses.replace(fold, **picked, speaker_known=(), protocol=f"{fold.protocol}, {corpus}")


def in_integers(corpus, model: str, *, trained_weights, temperature: float) -> tuple[dict, ...]:
    """Judge the folds' networks in integers, each on speakers whom it never heard: the figures of the shipped form."""
    from int8 import answers
    from undertone.compiler.library import Library
    from undertone.compiler.passes.quantise import quantise
    from undertone.config import to_dict
    from undertone.corpora import PROTOCOLS
    from undertone.experiment.protocol import pooled
    from undertone.experiment.train import train_fold

    settings = dataclasses.replace(settings_for(model, corpus.name, 0), statistics=trained_weights.statistics)
    rows, free = features_of(model, corpus.name, 0), _free_rows(model)
    known, _ = _lines(recorded(model), corpus.name, settings_for(model, corpus.name, 0).recipe, 0)
    by_name, made = {fold.fold: fold for fold in known}, []
    for number, fold in enumerate(PROTOCOLS[HONEST[corpus.name]](corpus)):
        job = Job(model, corpus.name, number, 0)
        copy = CACHE / "ship" / job.name
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(runs(job) / job.name, copy)
        network = train_fold(corpus, rows, fold, settings, run=copy, others=others_of(job, corpus, [fold]))
        small = Library(quantise(network.graph, network.scaled(free)))
        scores = answers(dataclasses.replace(network, temperature=temperature), small, rows, fold.test)
        made.append(
            dataclasses.replace(
                by_name[fold.name],
                answers=tuple(int(n) for n in scores.argmax(axis=1)),
                scores=tuple(tuple(round(float(s), 4) for s in row) for row in scores),
            )
        )
        print(f"{fold.name}: in integers", file=sys.stderr, flush=True)
    return (to_dict(pooled(made)), *_by_corpus(made))


def _shown(figures: dict) -> dict:
    """What a card says of a figure: not how many seeds it took, nor how large the network is."""
    return {
        key: value
        for key, value in figures.items()
        if key not in ("seeds", "per_seed", "low", "high", "params", "macs", "bytes_s8")
    }


if __name__ == "__main__":
    main()
