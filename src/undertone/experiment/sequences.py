"""Rows of sequences, and of statistics beside them, to a trained network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from undertone.evaluation import log_probabilities
from undertone.experiment.opinions import Opinions, of_known, table
from undertone.experiment.others import NONE, Others, sequences
from undertone.experiment.rows import Rows, label_numbers
from undertone.experiment.settings import ExperimentSettings
from undertone.experiment.steps import Report, silent
from undertone.models import MODELS
from undertone.training import Examples, History
from undertone.training.discriminant import FEW, Discriminant, Statistics, fit_discriminant
from undertone.training.files import whole
from undertone.training.logs import EachEpoch
from undertone.training.predict import load as load_network
from undertone.training.predict import predict as ask
from undertone.training.predict import save as save_network
from undertone.training.sequence import Heads, Teachers, fit_sequences
from undertone.types import Corpus

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class SequenceTrained:
    """What training leaves.

    Attributes
    ----------
    runs : tuple of Path
        A folder for each member of the model. Holds best.h5: a network of sequences, with the classes of all corpora
        that it heard.
    line, personal : Discriminant or None
        The line over statistics, and the one over statistics less their speaker's own mean; None without statistics.
    weights : tuple of float
        Of network and line.
    few_speakers : bool
        Whether there were too few of them to fit anything on speakers who were left out.
    """

    history: History
    runs: tuple[Path, ...]
    line: Discriminant | None = None
    personal: Discriminant | None = None
    weights: tuple[float, float] = (1.0, 1.0)
    few_speakers: bool = False


def train_sequences(
    corpus: Corpus,
    rows: Rows,
    train: NDArray[np.int64],
    settings: ExperimentSettings,
    *,
    run: Path,
    others: Others = NONE,
    report: Report = silent,
    each_epoch: EachEpoch | None = None,
) -> SequenceTrained:
    """Train on all of these rows: nothing chooses an epoch, and label smoothing calibrates.

    The fewer the training speakers, the more other corpora count: see `SequenceSettings`. The line over the statistics
    learns from the corpus alone.
    """
    members = MODELS[settings.model].members
    runs = (run, *(run / f"member-{number}" for number in range(1, members)))
    data = _Data(corpus, rows, train, others, report)
    teachers = _teachers(data, settings, run)
    histories = [
        _fit(data, settings.of_member(number), folder, begin, teachers, each_epoch if number == 0 else None)
        for number, (folder, begin) in enumerate(zip(runs, others.trunks or [()] * members, strict=True))
    ]
    if not settings.frontend.statistics_size:
        return SequenceTrained(histories[0], runs)
    own, copies = statistics_of(corpus, rows, train, settings)
    classes, plan = len(corpus.labels), settings.line
    line = fit_discriminant(own, classes, plan, copies=copies)
    personal = fit_discriminant(own.centred(), classes, settings.statistics, copies=copies and copies.centred())
    speakers = len(set(own.speakers))
    return SequenceTrained(histories[0], runs, line, personal, plan.weights(speakers), speakers < FEW)


@dataclass(frozen=True)
class _Data:
    """What all networks of one run learn from."""

    corpus: Corpus
    rows: Rows
    train: NDArray[np.int64]
    others: Others
    report: Report


def _teachers(data: _Data, settings: ExperimentSettings, run: Path) -> Teachers | None:
    """Train the networks that teach, each in a folder of its own, on what the student learns from and nothing else."""
    distil, others = settings.distil, data.others
    if not distil.teachers:
        return None
    spec, networks = MODELS[distil.model], []
    for number, begin in enumerate(others.teachers or [()] * distil.teachers):
        folder = run / f"teacher-{number}"
        _fit(data, settings.of_teacher(number), folder, begin)
        network = load_network(folder / "best.h5")
        of_crops = spec.build((settings.sequence.frames, settings.frontend.columns), network.output_shape[-1])
        of_crops.set_weights(network.get_weights())
        networks.append(of_crops)
    return Teachers(networks, distil)


def _fit(
    data: _Data,
    settings: ExperimentSettings,
    run: Path,
    trunk: Sequence[Floats],
    teachers: Teachers | None = None,
    each_epoch: EachEpoch | None = None,
) -> History:
    """Train one network, whose seed the settings have: a member's or a teacher's."""
    corpus, rows, train, others = data.corpus, data.rows, data.train, data.others
    frames, width, classes = settings.frontend.frames, settings.frontend.columns, len(corpus.labels)
    own = _examples(data, settings)
    speakers = len({corpus.utterances[clip].speaker for clip in rows.clip[train]})
    plan = settings.sequence
    begin = trunk if speakers < plan.trunk_below else ()
    parts, draws = [own], len(train)
    heads = Heads((classes,), (draws,))
    if others.corpora and speakers < plan.beside_below:
        beside, sizes = others.examples(frames, width, first_class=classes)
        parts += beside
        heads = Heads((classes, *sizes), (draws, *[round(plan.beside * draws / len(beside))] * len(beside)))
    return fit_sequences(
        lambda length: MODELS[settings.model].build((length, width), sum(heads.classes)),
        _together(parts),
        plan.of_tuning if begin else plan,
        settings.spectral,
        run=run,
        heads=heads,
        trunk=list(begin) or None,
        teachers=teachers,
        progress=data.report,
        each_epoch=each_epoch,
    )


def _examples(data: _Data, settings: ExperimentSettings) -> Examples:
    """Return the sequences of training clips, and of their copies where networks hear these, in their shares."""
    frames, width, numbers = settings.frontend.frames, settings.frontend.columns, label_numbers(data.corpus)
    clips, heard, share = data.rows.clip[data.train], data.rows.heard, settings.hearing.copies
    own = Examples(sequences(data.rows.features[data.train], frames, width), numbers[clips])
    if heard is None or not share:
        return own
    chosen = np.isin(heard.clip, clips)
    copies = sequences(heard.sequences[chosen].astype(np.float32), frames, width)
    sizes, shares = (len(own), len(copies)), (1 - share, share)
    return Examples(
        np.concatenate([own.x, copies]),
        np.concatenate([own.y, numbers[heard.clip[chosen]]]),
        np.repeat(np.divide(shares, sizes), sizes).astype(np.float32),
    )


def _together(parts: list[Examples]) -> Examples:
    """Join examples; where any have weights, those without have 1."""
    weights = None
    if any(part.weights is not None for part in parts):
        weights = np.concatenate([np.ones(len(p), np.float32) if p.weights is None else p.weights for p in parts])
    return Examples(np.concatenate([p.x for p in parts]), np.concatenate([p.y for p in parts]), weights)


def statistics_of(
    corpus: Corpus, rows: Rows, some: NDArray[np.int64], settings: ExperimentSettings
) -> tuple[Statistics, Statistics | None]:
    """Return the statistics of some rows, and those of their clips' copies at other speeds and under conditions."""
    numbers, voices = label_numbers(corpus), np.array([u.speaker for u in corpus.utterances])
    clips = rows.clip[some]
    own = Statistics(rows.features[some][:, settings.frontend.sequence_size :], numbers[clips], voices[clips])
    if rows.paced is None:
        return own, None
    chosen = np.isin(rows.paced.clip, clips)
    clips, speed = rows.paced.clip[chosen], rows.paced.speed[chosen]
    weight = np.where(speed > len(settings.statistics.speeds), settings.sound.weight, 1.0)
    copies = Statistics(rows.paced.statistics[chosen], numbers[clips], voices[clips], speed, weight)
    return own, copies


def whole_network(trained: SequenceTrained, classes: int, settings: ExperimentSettings) -> Path:
    """Write the network as a bundle holds it and return its file, Keras's HDF5.

    It has the corpus's own classes alone, takes whole segments, and has the line beside it, both weighed.
    """
    spec, frontend, line = MODELS[settings.model], settings.frontend, trained.line
    share = np.float32(trained.weights[0] / len(trained.runs))
    if line is None:
        final = spec.build((frontend.frames, frontend.columns), classes)
        _take(final, load_network(trained.runs[0] / "best.h5"), classes, np.float32(1))
    else:
        assert spec.build_whole is not None, "statistics, but no network that takes them"
        final = spec.build_whole(frontend.frames, frontend.statistics_size, classes)
        final.get_layer("line").set_weights(
            [part * np.float32(trained.weights[1]) for part in (line.weights, line.bias)]
        )
        for number, run in enumerate(trained.runs):
            _take(final.get_layer(f"network{number}"), load_network(run / "best.h5"), classes, share)
    path = trained.runs[0] / "network.h5"
    with whole(path) as draft:
        save_network(final, draft)
    return path


def _take(final: Any, network: Any, classes: int, share: np.float32) -> None:
    """Set the weights of a network from those of a trained one: of the last layer the first classes, times a share."""
    for layer in network.layers:
        weights = layer.get_weights()
        if layer.name == "scores":
            weights = [w[..., :classes] * share for w in weights]
        if weights:
            final.get_layer(layer.name).set_weights(weights)


def opinions_of(
    trained: SequenceTrained, corpus: Corpus, rows: Rows, clips: Sequence[int], settings: ExperimentSettings
) -> Opinions:
    """Return what network and lines say of some clips, none of whose speakers they heard.

    Where the speaker is known it is by all these clips of that speaker: the line is given statistics less their mean,
    and what the network says is less its mean.
    """
    assert trained.line is not None and trained.personal is not None
    test, place = rows.where(clips, copies=False), {clip: number for number, clip in enumerate(clips)}
    frontend, classes = settings.frontend, len(corpus.labels)
    x = sequences(rows.features[test], frontend.frames, frontend.columns)
    heard = np.mean([_log_scores(run, x, classes, settings) for run in trained.runs], axis=0)
    own, _ = statistics_of(corpus, rows, test, settings)
    network = table(heard)
    return Opinions(
        clip=tuple(place[int(clip)] for clip in rows.clip[test]),
        seconds=tuple(float(second) for second in rows.seconds[test]),
        network=network,
        line=table(trained.line.logits(own.x)),
        known=table(of_known(np.array(network), own.speakers.tolist())),
        personal=table(trained.personal.logits(own.centred().x)),
        weights=trained.weights,
        few_speakers=trained.few_speakers,
    )


def _log_scores(run: Path, x: Floats, classes: int, settings: ExperimentSettings) -> NDArray[np.float64]:
    """Return what a trained network says of whole segments, among the corpus's own classes."""
    network = load_network(run / "best.h5")
    of_length = MODELS[settings.model].build(x.shape[1:], network.output_shape[-1])
    of_length.set_weights(network.get_weights())
    scores = ask(of_length, x)[:, :classes]
    return log_probabilities(scores / scores.sum(axis=1, keepdims=True))
