# ruff: noqa: E402, I001 (one thread must be asked for before NumPy is loaded)
"""What following one voice is worth, without enrolment: `undertone predict --one-voice`.

    python benchmarks/following.py [--model compact|tiny|pooled] [--seeds N] [--orders N] [--corpora NAME...] [--json]

Folds, networks, lines, weights, gains and intervals are those of benchmarks/adapt.py: each test speaker is a stranger.
That speaker's clips come in a random order, once each; every segment is answered by what the ones before it told of the
voice (`undertone.recognition.one_voice`). All orders and seeds count together; in a speaker's own interval a clip's
answers are drawn together. "clips 1-10" and so on: the mean gain of a speaker at these places of the order.

Further rows: a segment heard before it is answered; other hesitations; and an order that breaks the assumption, in
which all clips of one label come, then all of another, the labels in random order.
"""

from __future__ import annotations

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")

import argparse
import dataclasses
import json

import accuracy
import adapt
import numpy as np

from undertone.bundle.model import whole_scores
from undertone.evaluation import confusion, softmax, uar
from undertone.experiment.rows import label_numbers
from undertone.recognition import known_voice
from undertone.recognition.one_voice import OneVoice, moved

PLACES = ((0, 10), (10, 20), (20, 1000))


@dataclasses.dataclass(frozen=True)
class Plan:
    """How a voice is followed."""

    name: str
    itself: bool = False
    by_label: bool = False
    hesitations: tuple[int, int] = (known_voice.HESITATION, known_voice.NETWORK_HESITATION)


PLANS = (
    Plan("the segments before"),
    Plan("the segments before and itself", itself=True),
    Plan("the segments before, hesitations 5 and 5", hesitations=(5, 5)),
    Plan("the segments before, one label after the other", by_label=True),
)


def ordered(clips: np.ndarray, labels: np.ndarray, plan: Plan, rng: np.random.Generator) -> np.ndarray:
    drawn = rng.permutation(clips)
    if not plan.by_label:
        return drawn
    return np.concatenate([drawn[labels[drawn] == label] for label in rng.permutation(np.unique(labels[drawn]))])


def answers(fold: adapt.Fold, order: np.ndarray, plan: Plan) -> tuple[np.ndarray, np.ndarray]:
    """Answer a speaker's clips in this order, before and after: (clips, classes) each."""
    weights = fold.weights["bundle"]
    general, personal = adapt.lines(fold, weights)
    rest_of_network, before, after = weights[0] * fold.network, [], []
    voice = OneVoice(0, np.zeros(fold.x.shape[1]), np.zeros(fold.network.shape[1]))
    for clip in order:
        own, logits, moves = np.flatnonzero(fold.clip == clip), [], []
        for row in own:
            x, rest = fold.x[row].astype(np.float64), rest_of_network[row] - rest_of_network[row].mean()
            after_it = voice.heard(x, rest)
            logits.append(rest + general.logits(x))
            moves.append(moved(general, personal, after_it if plan.itself else voice, x))
            voice = after_it
        for side, rows in ((before, np.stack(logits)), (after, np.stack(logits) + np.stack(moves))):
            side.append(whole_scores(fold.seconds[own], softmax(rows)))
    return np.stack(before), np.stack(after)


def follow(folds: list[adapt.Fold], corpus, plan: Plan, rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    """Return scores of all clips before and after, (clips, classes), NaN where nobody tested them, and their places."""
    truth, voices = label_numbers(corpus), np.array([u.speaker for u in corpus.utterances])
    sides, places = np.full((2, len(truth), len(corpus.labels)), np.nan), np.full(len(truth), -1)
    for fold in folds:
        for voice in np.unique(voices[fold.clip]):
            order = ordered(np.unique(fold.clip[voices[fold.clip] == voice]), truth, plan, rng)
            sides[:, order], places[order] = answers(fold, order, plan), np.arange(len(order))
    return sides[0], sides[1], places


def gain_by_place(found: list[tuple[np.ndarray, ...]], corpus) -> list[float]:
    """The mean gain over speakers, in points, at `PLACES` of their orders."""
    before, after, places = (np.concatenate(parts) for parts in zip(*found, strict=True))
    truth = np.tile(label_numbers(corpus), len(found))
    voices = np.tile(np.array([u.speaker for u in corpus.utterances]), len(found))
    gains = []
    for first, end in PLACES:
        here, by_speaker = (places >= first) & (places < end), []
        for voice in np.unique(voices[here]):
            own = here & (voices == voice)
            sides = [confusion(truth[own], s[own].argmax(axis=1), classes=s.shape[1]) for s in (before, after)]
            by_speaker.append(100 * (uar(sides[1]) - uar(sides[0])))
        gains.append(float(np.mean(by_speaker)))
    return gains


def measure(model: str, name: str, seeds: int, orders: int) -> dict[str, dict]:
    corpus, rows = accuracy.load(name), {}
    folds = adapt.folds_of(model, name, seeds)
    for plan in PLANS:
        known_voice.HESITATION, known_voice.NETWORK_HESITATION = plan.hesitations
        rng = np.random.default_rng(0)
        found = [follow(own, corpus, plan, rng) for own in folds for _ in range(orders)]
        compared = adapt.compared([part[:2] for part in found], corpus)
        rows[plan.name] = {**compared, "gain_by_place": gain_by_place(found, corpus)}
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--model", default="compact", choices=("compact", "tiny", "pooled"))
    parser.add_argument("--corpora", nargs="+", default=["emodb", "ravdess"], choices=("emodb", "ravdess"))
    parser.add_argument("--seeds", type=int, default=1, help="how many, from 0 on")
    parser.add_argument("--orders", type=int, default=10, help="how many for each seed")
    asked = parser.parse_args()
    found = {
        name: measure(asked.model, name, asked.seeds, asked.orders) for name in asked.corpora if accuracy.place(name)
    }
    print(
        json.dumps(found, ensure_ascii=False)
        if asked.json
        else adapt.table(found, places=("clips 1-10", "11-20", "21 and more"))
    )


if __name__ == "__main__":
    main()
