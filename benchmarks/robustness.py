"""What noise, rooms, lines, levels and lengths leave of the figures on unseen voices.

    python benchmarks/robustness.py                        pooled on EMO-DB: a line a fold, fitted in seconds
    python benchmarks/robustness.py --model compact        its trained folds of seed 0 must lie in benchmarks/cache
    python benchmarks/robustness.py --corpus ravdess --conditions white,babble,room
    python benchmarks/robustness.py --sound                the line learns from copies in noise, rooms, telephones too
    python benchmarks/robustness.py --model compact --sound --hearing 0.5    and so did networks trained in that way
    python benchmarks/robustness.py --json --picture FILE.svg

The folds are those of accuracy.py (emodb.loso, ravdess.6fold). Test clips alone are changed; babble is made of six of
the fold's training speakers. All other noise is synthesised (see undertone.augment.conditions). The confidence has the
bundle's doubt in it. What is computed stays in benchmarks/cache: features under a condition, and what networks say.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import numpy as np

from accuracy import CACHE, HONEST, Job, Variant, load, place, runs, settings_for
from undertone.augment.conditions import Condition, conditions_from
from undertone.bundle.model import whole_scores
from undertone.config import fingerprint, to_dict
from undertone.corpora import PROTOCOLS
from undertone.corpora.content import digest
from undertone.errors import ProtocolError
from undertone.evaluation import Doubt, fit_doubt, fit_pool, log_probabilities, softmax
from undertone.experiment.heard_under import rows_under
from undertone.experiment.others import sequences
from undertone.experiment.robustness import Robustness, judged, robustness_svg
from undertone.experiment.rows import Rows, label_numbers
from undertone.experiment.sequences import statistics_of
from undertone.models import MODELS
from undertone.pages import write
from undertone.training import Scaler
from undertone.training.discriminant import Discriminant, fit_discriminant
from undertone.types import Corpus, Fold

FRONT_END = MODELS["compact"].frontend  # its rows end with those of pooled
KEPT = CACHE / "conditions"


def heard(corpus: Corpus, folds: tuple[Fold, ...], condition: Condition) -> Rows:
    """Compute features of all clips under a condition, each as a test clip of its fold; or read them."""
    path, mark = KEPT / f"{corpus.name}-{condition.key}.npz", f"{fingerprint(FRONT_END)} {digest(corpus)}"
    if path.is_file():
        with np.load(path) as kept:
            if str(kept["mark"]) == mark:
                return Rows(kept["features"], kept["clip"], np.zeros(len(kept["clip"]), np.int64), kept["seconds"])
    parts = [
        rows_under(corpus, f.test, condition, FRONT_END, strangers=(*f.train, *f.validation), seed=0, workers=1)
        for f in folds
    ]
    joined = {name: np.concatenate([getattr(p, name) for p in parts]) for name in ("features", "clip", "seconds")}
    KEPT.mkdir(parents=True, exist_ok=True)
    np.savez(path.with_suffix(".part.npz"), mark=np.array(mark), **joined)
    path.with_suffix(".part.npz").replace(path)
    return Rows(joined["features"], joined["clip"], np.zeros(len(joined["clip"]), np.int64), joined["seconds"])


class Networks:
    """What the trained networks of each fold say; one network is compiled, the weights change."""

    def __init__(self, corpus: Corpus, folds: tuple[Fold, ...], variant: Variant) -> None:
        self.corpus, self.folds, self.model, self.weights, self.variant = corpus, folds, None, {}, variant

    def opinions(self, rows: Rows, name: str) -> np.ndarray:
        """Return logits of all segments, shape (segments, classes), each from its fold; kept under a name."""
        path = KEPT / f"{self.corpus.name}-{name}-{self._job(0).settings.of_networks.recipe}.npy"
        if not path.is_file():
            found = np.zeros((len(rows.clip), len(self.corpus.labels)))
            x = sequences(rows.features, FRONT_END.frames, FRONT_END.columns)
            for number, fold in enumerate(self.folds):
                own = np.isin(rows.clip, fold.test)
                found[own] = np.mean([self._ask(x[own], weights) for weights in self._of(number)], axis=0)
            KEPT.mkdir(parents=True, exist_ok=True)
            np.save(path, found)
        return np.load(path)

    def _job(self, fold: int) -> Job:
        return Job("compact", self.corpus.name, fold, 0, self.variant)

    def _of(self, fold: int) -> list:
        from undertone.training.predict import load as load_network

        if fold not in self.weights:
            run = runs(self._job(fold)) / self._job(fold).name
            if not (run / "best.h5").is_file():
                sys.exit(f"{run} holds no network; train it: python benchmarks/accuracy.py --model compact")
            networks = [load_network(path / "best.h5") for path in (run, run / "member-1")]
            self.model = self.model or MODELS["compact"].build(
                (FRONT_END.frames, FRONT_END.columns), networks[0].output_shape[-1]
            )
            self.weights[fold] = [network.get_weights() for network in networks]
        return self.weights[fold]

    def _ask(self, x: np.ndarray, weights: list) -> np.ndarray:
        from undertone.training.predict import predict

        self.model.set_weights(weights)
        scores = predict(self.model, x)[:, : len(self.corpus.labels)]
        return log_probabilities(scores / scores.sum(axis=1, keepdims=True))


def lines(corpus: Corpus, folds: tuple[Fold, ...], rows: Rows, settings) -> list[tuple[Discriminant, Doubt]]:
    """Fit each fold's line as training does, and its doubt."""
    found = []
    for fold in folds:
        train = rows.where((*fold.train, *fold.validation), copies=False)
        own, copies = statistics_of(corpus, rows, train, settings)
        line = fit_discriminant(own, len(corpus.labels), settings.line, copies=copies)
        found.append((line, fit_doubt(Scaler(line.mean, line.scale).apply(own.x), rows.lengths(train))))
    return found


def line_logits(corpus: Corpus, folds, fitted, rows: Rows) -> tuple[np.ndarray, np.ndarray]:
    """Return the logits of each segment from its fold's line, and what doubt divides them by."""
    x = rows.features[:, FRONT_END.sequence_size :]
    logits, softening = np.zeros((len(x), len(corpus.labels))), np.ones(len(x))
    for fold, (line, doubt) in zip(folds, fitted, strict=True):
        own = np.isin(rows.clip, fold.test)
        logits[own] = line.logits(x[own])
        softening[own] = doubt.softening(Scaler(line.mean, line.scale).apply(x[own]), rows.seconds[own])
    return logits, softening


def weights_of(corpus: Corpus, folds, rows: Rows, network: np.ndarray, line: np.ndarray) -> np.ndarray:
    """Weigh network and line of each fold by the other folds' clean clips; shape (clips, 2)."""
    truth, weights = label_numbers(corpus)[rows.clip], np.zeros((len(corpus), 2))
    for fold in folds:
        others = ~np.isin(rows.clip, fold.test)
        weights[list(fold.test)] = fit_pool([network[others], line[others]], truth[others])
    return weights


def measure(
    model: str, corpus: Corpus, conditions: tuple[Condition, ...], *, sound: bool, hearing: float = 0
) -> Robustness:
    folds = PROTOCOLS[HONEST[corpus.name]](corpus)
    settings, clean = settings_with(corpus.name, sound), rows_of(corpus.name, sound)
    fitted, networks = lines(corpus, folds, clean, settings), Networks(corpus, folds, Variant(hearing=hearing))
    weights, answers, refused = np.tile([0.0, 1.0], (len(corpus), 1)), {}, []
    for condition in (None, *conditions):
        try:
            rows = clean if condition is None else heard(corpus, folds, condition)
        except ProtocolError as error:
            refused.append(str(error))
            continue
        line, softening = line_logits(corpus, folds, fitted, rows)
        network = np.zeros_like(line)
        if model == "compact":
            network = networks.opinions(rows, condition.key if condition else "clean")
            weights = weights if condition else weights_of(corpus, folds, rows, network, line)
        both = weights[rows.clip][:, :1] * network + weights[rows.clip][:, 1:] * line
        scores = softmax(both / softening[:, None])
        answers[condition] = np.stack(
            [whole_scores(rows.seconds[rows.clip == c], scores[rows.clip == c]) for c in range(len(corpus))]
        )
        print(condition.name if condition else "as recorded", file=sys.stderr, flush=True)
    speakers = [u.speaker for u in corpus.utterances]
    name = f"{HONEST[corpus.name]}, {model}{', learned noise too' if sound else ''}"
    name += f", networks heard copies in {hearing:.0%} of what they learned from" if hearing else ""
    return judged(name, label_numbers(corpus), speakers, answers, refused=tuple(refused))


def settings_with(corpus: str, sound: bool):
    """Make the settings of compact; the line of pooled is fitted as its line is."""
    import dataclasses

    from undertone.augment.conditions import LEARNED, SoundSettings

    settings = settings_for("compact", corpus, 0)
    return dataclasses.replace(settings, sound=SoundSettings(LEARNED if sound else ()))


def rows_of(corpus: str, sound: bool) -> Rows:
    from undertone.experiment.rows import cached

    name = f"{corpus}-compact{'-sound' if sound else ''}.npz"
    return cached(load(corpus), settings_with(corpus, sound), CACHE / name)


def table(found: Robustness) -> str:
    lines = ["| condition | UAR % | 95 % interval | change | mean best score % |", "|---|---|---|---|---|"]
    for h in (found.clean, *found.hearings):
        name = "as recorded" if h.kind == "clean" else Condition(h.kind, h.strength).name
        between = f"{100 * h.low:.1f} to {100 * h.high:.1f}"
        change = f"{100 * (h.uar - found.clean.uar):+.1f}"
        lines.append(f"| {name} | {100 * h.uar:.1f} | {between} | {change} | {100 * h.confidence:.0f} |")
    return "\n".join([found.protocol, "", *lines, *found.refused])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", choices=("pooled", "compact"), default="pooled")
    parser.add_argument("--corpus", choices=sorted(HONEST), default="emodb")
    parser.add_argument("--conditions", default="all", help="all, or kinds as in white,room=0.6,length=1")
    parser.add_argument("--sound", action="store_true", help="the line learns from copies in noise and rooms too")
    parser.add_argument("--hearing", type=float, default=0, help="of compact: networks that heard so many copies")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--picture", type=Path, help="draw it, with what the clean recipe does where --sound is given")
    options = parser.parse_args()
    if place(options.corpus) is None:
        sys.exit(f"{options.corpus}: not found beside the repository; $UNDERTONE_CORPORA names its folder")
    corpus, conditions = load(options.corpus), conditions_from(options.conditions)
    found = measure(options.model, corpus, conditions, sound=options.sound, hearing=options.hearing)
    if options.picture:
        before = measure(options.model, corpus, conditions, sound=False) if options.sound else None
        write(options.picture, robustness_svg(found, before=before))
    print(json.dumps(to_dict(found), ensure_ascii=False) if options.json else table(found))


if __name__ == "__main__":
    main()
