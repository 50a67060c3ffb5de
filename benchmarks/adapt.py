# ruff: noqa: E402, I001 (one thread must be asked for before NumPy is loaded)
"""What a known voice is worth: before and after `undertone adapt`, each clip answered without having been heard.

    python benchmarks/adapt.py [--model compact|tiny|pooled] [--seeds N] [--corpora emodb ravdess] [--json]

Under emodb.loso and ravdess.6fold each test speaker is a stranger to the fold's network. That speaker's clips fall into
five parts, drawn by seed, not by label; each part is answered by the general bundle, and by what the other four parts
make of it (`undertone.recognition.voice`). So each clip is scored once, by an adaptation that did not hear it. Further
rows: fewer clips, drawn from the four parts; calm ones alone; clips with labels, all or some of each label; and with
labels where clips of one sentence stay in one part, so that no clip's words were heard in its adaptation.

gain: UAR after less UAR before of each speaker, the mean over speakers; interval: bootstrap over speakers. A speaker's
own interval: bootstrap over clips. `below`: speakers whose interval lies wholly below 0.

Networks and lines are weighed as a bundle has them (`StatisticsSettings`); "weighed" as the other folds ask for
(`undertone.experiment.opinions`). The lines are fitted here, in seconds; what the networks of `compact` and `tiny` say
is taken from benchmarks/cache/runs, where `benchmarks/accuracy.py --model MODEL` leaves it. The statistics of `pooled`
are those of `compact`. Several seeds: a clip's answers to all of them count together.
"""

from __future__ import annotations

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")

import argparse
import dataclasses
import json
import sys

import accuracy
import numpy as np

from undertone.bundle import PersonalLine
from undertone.bundle.model import whole_scores
from undertone.config import from_dict
from undertone.corpora import PROTOCOLS
from undertone.evaluation import calibration_error, confusion, paired_interval, softmax, uar
from undertone.experiment.opinions import Opinions, weigh
from undertone.experiment.rows import label_numbers
from undertone.experiment.sequences import statistics_of
from undertone.models import MODELS
from undertone.recognition.known_voice import Line, known_line, taught_line, voice_mean
from undertone.training.discriminant import Discriminant, fit_discriminant

PARTS, DRAWS = 5, 1000


@dataclasses.dataclass(frozen=True)
class Fold:
    """A fold's test segments, its lines at weight 1, and what its network says; ``weights`` of network and lines."""

    x: np.ndarray
    clip: np.ndarray
    seconds: np.ndarray
    network: np.ndarray
    general: Discriminant
    personal: Discriminant
    weights: dict[str, tuple[float, float, float]]


@dataclasses.dataclass(frozen=True)
class Plan:
    """How clips of a speaker are known."""

    name: str
    most: int | None = None
    each: int | None = None
    labels: bool = False
    by_sentence: bool = False
    only: tuple[str, ...] = ()
    weights: str = "bundle"


PLANS = (
    Plan("5 clips", most=5),
    Plan("10 clips", most=10),
    Plan("20 clips", most=20),
    Plan("calm clips of all but the part", only=("boredom", "calm", "neutral")),
    Plan("all but the part"),
    Plan("all but the part, weighed", weights="weighed"),
    Plan("1 of each label", each=1, labels=True),
    Plan("2 of each label", each=2, labels=True),
    Plan("all but the part, labels", labels=True),
    Plan("all but the part, labels, other sentences", labels=True, by_sentence=True),
)


def folds_of(model: str, name: str, seeds: int) -> list[list[Fold]]:
    """Fit the lines of all folds, once for all seeds, and join what each seed's networks say."""
    base = "compact" if MODELS[model].line else model
    settings, corpus = accuracy.settings_for(base, name, 0), accuracy.load(name)
    rows, classes, plan = accuracy.features_of(base, name, 0), len(corpus.labels), settings.line
    first, found = settings.frontend.sequence_size, [[] for _ in range(seeds)]
    folds = PROTOCOLS[accuracy.HONEST[name]](corpus)
    said = [[told(model, name, seed, number) for number in range(len(folds))] for seed in range(seeds)]
    for number, fold in enumerate(folds):
        own, copies = statistics_of(corpus, rows, rows.where((*fold.train, *fold.validation), copies=True), settings)
        general = fit_discriminant(own, classes, plan, copies=copies)
        personal = fit_discriminant(own.centred(), classes, settings.statistics, copies=copies and copies.centred())
        test = rows.where(fold.test, copies=False)
        heard = (rows.features[test][:, first:], rows.clip[test], rows.seconds[test])
        for answers, folds_of_seed in zip(said, found, strict=True):
            network, weights = np.zeros((len(test), classes)), {"bundle": (0.0, 1.0, 1.0)}
            if answers[number] is not None:
                network, weights = np.array(answers[number][0].network), weights_of(answers, number)
            folds_of_seed.append(Fold(*heard, network, general, personal, weights))
        print(f"{name}: fold {number + 1} of {len(folds)}", file=sys.stderr, flush=True)
    return found


def told(model: str, name: str, seed: int, number: int) -> tuple[Opinions, list[int]] | None:
    """Read what a fold's network said of its test clips, and what was right; a line alone has no network."""
    if MODELS[model].line:
        return None
    job = accuracy.Job(model, name, number, seed)
    kept = accuracy.runs(job) / job.name / "answers.json"
    if not kept.is_file():
        sys.exit(f"adapt: {job.name} is not trained; run first: python benchmarks/accuracy.py --model {model}")
    answers = json.loads(kept.read_text(encoding="utf-8"))
    return from_dict(Opinions, answers["opinions"]), answers["truth"]


def weights_of(said: list[tuple[Opinions, list[int]]], number: int) -> dict[str, tuple[float, float, float]]:
    own, others = said[number][0], [part for place, part in enumerate(said) if place != number]
    network, line = weigh(own, others)
    known = weigh(own, others, speaker_known=True)
    # in a bundle the network keeps its weight: the personal line's is the one that keeps their ratio
    return {"bundle": (*own.weights, own.weights[1]), "weighed": (network, line, known[1] * network / known[0])}


def lines(fold: Fold, weights: tuple[float, float, float]) -> tuple[Line, PersonalLine]:
    general, personal = fold.general, fold.personal
    line = Line(general.mean, 1 / general.scale, general.weights * weights[1], general.bias * weights[1])
    bias = personal.bias - (personal.mean / personal.scale) @ personal.weights
    return line, PersonalLine(1 / personal.scale, personal.weights * weights[2], bias * weights[2], 1.0)


def parts_of(clips: np.ndarray, sentences: np.ndarray, plan: Plan, rng: np.random.Generator) -> list[np.ndarray]:
    """Draw the parts of a speaker's clips; by sentence as many parts as sentences, five at the most."""
    if not plan.by_sentence:
        return np.array_split(rng.permutation(clips), PARTS)
    names = rng.permutation(np.unique(sentences[clips]))
    return [clips[np.isin(sentences[clips], part)] for part in np.array_split(names, min(PARTS, len(names)))]


def chosen(rest: np.ndarray, said: np.ndarray, plan: Plan, rng: np.random.Generator) -> np.ndarray:
    """Draw which of the clips that may be heard are heard; ``said`` is the label of each clip of the corpus."""
    drawn = rng.permutation(rest)
    if plan.only:
        drawn = drawn[np.isin(said[drawn], plan.only)]
    if plan.each is not None:
        drawn = np.concatenate([drawn[said[drawn] == label][: plan.each] for label in np.unique(said)])
    return np.sort(drawn[: plan.most])


def answer(folds: list[Fold], corpus, plan: Plan, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the scores of all clips of a corpus before and after, (clips, classes); NaN where nobody tested them."""
    truth = label_numbers(corpus)
    voices = np.array([u.speaker for u in corpus.utterances])
    sentences, said = (np.array([getattr(u, name) or "" for u in corpus.utterances]) for name in ("sentence", "label"))
    before, after = np.full((2, len(truth), len(corpus.labels)), np.nan)
    rng = np.random.default_rng(seed)
    for fold in folds:
        weights = fold.weights[plan.weights]
        general, personal = lines(fold, weights)
        rest_of_network = weights[0] * fold.network
        for voice in np.unique(voices[fold.clip]):
            clips = np.unique(fold.clip[voices[fold.clip] == voice])
            for part in parts_of(clips, sentences, plan, rng):
                heard = chosen(np.setdiff1d(clips, part), said, plan, rng)
                here, there = np.isin(fold.clip, heard), np.isin(fold.clip, part)
                labels = truth[fold.clip[here]] if plan.labels else None
                means = [voice_mean(rows[here], labels) for rows in (fold.x, rest_of_network)]
                line = known_line(general, personal, *means, clips=len(heard))
                if labels is not None:
                    line = taught_line(line, fold.x[here], rest_of_network[here], labels)
                for side, used in ((before, general), (after, line)):
                    rows = softmax(rest_of_network[there] + used.logits(fold.x[there]))
                    for clip in part:
                        own = fold.clip[there] == clip
                        side[clip] = whole_scores(fold.seconds[there][own], rows[own])
    return before, after


def compared(by_seed: list[tuple[np.ndarray, np.ndarray]], corpus) -> dict[str, object]:
    """Compare before and after, by speaker; seeds lie after each other."""
    seeds = len(by_seed)
    truth = np.tile(label_numbers(corpus), seeds)
    voices = np.tile(np.array([u.speaker for u in corpus.utterances]), seeds)
    sides = [np.concatenate([pair[side] for pair in by_seed]) for side in (0, 1)]
    tested = ~np.isnan(sides[0][:, 0])
    truth, voices, (before, after) = truth[tested], voices[tested], (side[tested] for side in sides)
    classes, speakers = len(corpus.labels), []
    for voice in np.unique(voices):
        own = voices == voice
        answers = [side[own].argmax(axis=1) for side in (before, after)]
        gain = np.diff([uar(confusion(truth[own], told_, classes=classes)) for told_ in answers])[0]
        labels, (first, second) = truth[own], answers
        low, high = own_interval(labels, first, second, seeds)
        speakers.append({"speaker": str(voice), "gain": 100 * gain, "low": 100 * low, "high": 100 * high})
    gains, rng = np.array([s["gain"] for s in speakers]), np.random.default_rng(0)
    means = gains[rng.integers(len(gains), size=(DRAWS, len(gains)))].mean(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    worst = min(speakers, key=lambda s: s["gain"])
    return {
        "uar_before": 100 * uar(confusion(truth, before.argmax(axis=1), classes=classes)),
        "uar_after": 100 * uar(confusion(truth, after.argmax(axis=1), classes=classes)),
        "gain": float(gains.mean()),
        "low": float(low),
        "high": float(high),
        "worst": worst,
        "below": [s["speaker"] for s in speakers if s["high"] < 0],
        "lost": int((gains < 0).sum()),
        "speakers": len(speakers),
        "calibration_error_before": 100 * calibration_error(before, truth),
        "calibration_error_after": 100 * calibration_error(after, truth),
        "by_speaker": speakers,
    }


def own_interval(labels, before, after, seeds: int) -> tuple[float, float]:
    """Draw a speaker's clips; a clip's answers to all seeds are drawn together."""
    if seeds == 1:
        return paired_interval(labels, before, after, rng=np.random.default_rng(0))
    clips, rng = len(labels) // seeds, np.random.default_rng(0)
    drawn = rng.integers(clips, size=(DRAWS, clips))
    gains = []
    for draw in drawn:
        index = (draw[None, :] + clips * np.arange(seeds)[:, None]).ravel()
        said = labels[index]
        classes = labels.max() + 1
        gains.append(
            uar(confusion(said, after[index], classes=classes)) - uar(confusion(said, before[index], classes=classes))
        )
    low, high = np.quantile(gains, [0.025, 0.975])
    return float(low), float(high)


def measure(model: str, name: str, seeds: int) -> dict[str, dict]:
    corpus = accuracy.load(name)
    folds = folds_of(model, name, seeds)
    return {
        plan.name: compared([answer(own, corpus, plan, seed) for seed, own in enumerate(folds)], corpus)
        for plan in PLANS
        if not (MODELS[model].line and plan.weights == "weighed")
    }


def table(found: dict[str, dict[str, dict]], *, places: tuple[str, ...] = ()) -> str:
    """Write the rows as Markdown; ``places`` name the parts of an order in rows that have gains by place."""
    heads = ("protocol", "known by", "UAR % before", "after", "mean gain", "95 %", *places)
    heads += ("worst speaker", "wholly below 0")
    text = [f"| {' | '.join(heads)} |", "|" + "---|" * len(heads)]
    for name, rows in found.items():
        for plan, row in rows.items():
            worst = row["worst"]
            cells = (
                accuracy.HONEST[name],
                plan,
                f"{row['uar_before']:.1f}",
                f"{row['uar_after']:.1f}",
                f"{row['gain']:+.1f}",
                f"{row['low']:+.1f} to {row['high']:+.1f}",
                *(f"{gain:+.1f}" for gain in row.get("gain_by_place", ())),
                f"{worst['speaker']} {worst['gain']:+.1f} ({worst['low']:+.1f} to {worst['high']:+.1f})",
                ", ".join(row["below"]) or "none",
            )
            text.append(f"| {' | '.join(cells)} |")
    return "\n".join(text)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--model", default="compact", choices=("compact", "tiny", "pooled"))
    parser.add_argument("--corpora", nargs="+", default=["emodb", "ravdess"], choices=("emodb", "ravdess"))
    parser.add_argument("--seeds", type=int, default=1, help="how many, from 0 on")
    asked = parser.parse_args()
    found = {name: measure(asked.model, name, asked.seeds) for name in asked.corpora if accuracy.place(name)}
    print(json.dumps(found, ensure_ascii=False) if asked.json else table(found))


if __name__ == "__main__":
    main()
