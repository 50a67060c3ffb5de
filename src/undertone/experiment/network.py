"""Rows and a split to a trained network with its scaler and calibration."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from undertone.bundle import PersonalLine
from undertone.compiler import Graph, read_model
from undertone.compiler import run as interpret
from undertone.compiler.passes.quantise_ranges import steps_of
from undertone.evaluation import Doubt, fit_doubt, fit_temperature, log_probabilities, softmax
from undertone.experiment.others import NONE, Others, sequences
from undertone.experiment.rows import Rows, label_numbers
from undertone.experiment.sequences import SequenceTrained, statistics_of, train_sequences, whole_network
from undertone.experiment.settings import ExperimentSettings
from undertone.experiment.statistics import learn_line, learn_network
from undertone.experiment.steps import Report, silent
from undertone.features.frontend import FrontEnd
from undertone.models import MODELS
from undertone.training import Examples, History, Scaler, fit, fit_scaler, no_scaler
from undertone.training.discriminant import Discriminant, Statistics, fit_discriminant
from undertone.training.logs import EachEpoch
from undertone.training.quantise_aware import fine_tune
from undertone.types import Corpus


@dataclass(frozen=True)
class Trained:
    """A network that can answer rows of features.

    ``parts`` are network and lines apart, of a model of sequences; others have none. ``personal`` is the line for a
    known voice, of models that have a line.
    """

    graph: Graph
    scaler: Scaler
    temperature: float
    history: History
    doubt: Doubt
    frontend: FrontEnd
    parts: SequenceTrained | None = None
    personal: PersonalLine | None = None

    def scaled(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """Scale rows of features as the network takes them, a sequence frame by frame."""
        return laid_out(self.scaler, self.frontend).apply(features)

    def logits(self, features: NDArray[np.float32], seconds: NDArray[np.floating]) -> NDArray[np.float64]:
        """Return logarithms of probabilities, softened where rows are strange or short, shape (rows, classes)."""
        scaled = self.scaled(features)
        inputs = scaled.reshape(-1, *self.graph.tensors[self.graph.inputs[0]].shape[1:])
        rows = np.stack([interpret(self.graph, x).ravel() for x in inputs])
        return log_probabilities(rows) / self.doubt.softening(scaled, seconds)[:, None]

    def scores(self, features: NDArray[np.float32], seconds: NDArray[np.floating]) -> NDArray[np.float32]:
        """Return calibrated class scores, shape (rows, classes)."""
        return softmax(self.logits(features, seconds) / self.temperature)


def train_network(
    corpus: Corpus,
    rows: Rows,
    train: NDArray[np.int64],
    validation: NDArray[np.int64],
    settings: ExperimentSettings,
    *,
    run: Path,
    others: Others = NONE,
    report: Report = silent,
    each_epoch: EachEpoch | None = None,
) -> Trained:
    """Train on some rows and choose the epoch and the temperature on others.

    Parameters
    ----------
    train, validation : ndarray of int
        Indices into the rows. The scaler sees the training rows only. Without validation rows the last epoch is kept
        and the scores are left as they are. Models of sequences and of statistics alone learn from both: nothing in
        them is chosen. With ``settings.calibrate``, and always for a network over statistics, the validation's
        temperature comes from a network that was trained without them, in ``run/calibration``.
    run : Path
        Receives best.h5, state.npz and history.json; a run that was killed goes on from there. With
        ``settings.quantise_aware`` also aware.h5 (of sequences aware/best.h5), which is then the network.
    each_epoch : callable, optional
        Told the history after each epoch of the network that is kept.
    others : Others
        What else a model of sequences learns from.
    """
    numbers = label_numbers(corpus)[rows.clip]
    spec = MODELS[settings.model]
    if not spec.chooses:
        learn = _of_sequences if spec.sequence else _of_line if spec.line else _of_statistics
        heard, calibrate = np.union1d(train, validation), settings.calibrate if spec.sequence else not spec.line
        temperature = 1.0
        if calibrate and len(validation):
            first = learn(corpus, rows, train, settings, run / "calibration", others, report)
            temperature = _calibrated(first, rows, validation, numbers[validation]).temperature
        return replace(learn(corpus, rows, heard, settings, run, others, report, each_epoch), temperature=temperature)
    scaler = fit_scaler(rows.features[train])
    sides = [Examples(scaler.apply(rows.features[side]), numbers[side]) for side in (train, validation)]
    shape = (rows.features.shape[1], 1)
    history = fit(
        lambda: spec.build(shape, len(corpus.labels)),
        sides[0],
        sides[1],
        settings.train,
        run=run,
        progress=report,
        each_epoch=each_epoch,
    )
    doubt = fit_doubt(sides[0].x, rows.lengths(train))
    network = _checkpoint(run / "best.h5", sides[0].x, settings)
    trained = Trained(read_model(network), scaler, 1.0, history, doubt, settings.frontend)
    return _calibrated(trained, rows, validation, numbers[validation]) if len(validation) else trained


def _checkpoint(network: Path, x: NDArray[np.float32], settings: ExperimentSettings) -> Path:
    """Return the file of the network: as it was trained, or the same made ready for integers."""
    aware = network.with_name("aware.h5")
    if not settings.quantise_aware:
        return network
    if not aware.is_file():
        fine_tune(network, x, out=aware, ranges=_ranges, seed=settings.seed)
    return aware


def _made_ready(
    trained: SequenceTrained, features: NDArray[np.float32], settings: ExperimentSettings
) -> SequenceTrained:
    """Make each network of sequences ready for integers, in a folder of its own; the line has no steps to go on."""
    x = sequences(features, settings.frontend.frames, settings.frontend.columns)
    for number, run in enumerate(trained.runs):
        (run / "aware").mkdir(exist_ok=True)
        if not (run / "aware" / "best.h5").is_file():
            seed = settings.of_member(number).sequence.seed
            fine_tune(run / "best.h5", x, out=run / "aware" / "best.h5", ranges=_ranges, seed=seed)
    return replace(trained, runs=tuple(run / "aware" for run in trained.runs))


def _ranges(values: NDArray[np.float32]) -> tuple[float, int]:
    """Choose a tensor's bytes as the compiler does."""
    steps = steps_of([values])
    return steps.step, steps.zero


def _calibrated(trained: Trained, rows: Rows, some: NDArray[np.int64], labels: NDArray[np.int64]) -> Trained:
    logits = trained.logits(rows.features[some], rows.seconds[some])
    return replace(trained, temperature=fit_temperature(logits, labels))


def _of_sequences(
    corpus: Corpus,
    rows: Rows,
    train: NDArray[np.int64],
    settings: ExperimentSettings,
    run: Path,
    others: Others,
    report: Report,
    each_epoch: EachEpoch | None = None,
) -> Trained:
    trained = train_sequences(
        corpus, rows, train, settings, run=run, others=others, report=report, each_epoch=each_epoch
    )
    if settings.quantise_aware:
        trained = _made_ready(trained, rows.features[train], settings)
    frontend, line = settings.frontend, trained.line
    scaler = no_scaler(frontend.columns)
    if line is not None:
        scaler = scaler.followed_by(Scaler(line.mean, line.scale))
    scaled = laid_out(scaler, frontend).apply(rows.features[train])
    columns = 0 if line is not None else frontend.columns
    doubt = fit_doubt(scaled, rows.lengths(train), columns=columns, statistics=frontend.statistics_size)
    personal = None
    if trained.personal is not None:
        own, _ = statistics_of(corpus, rows, train, settings)
        personal = _as_kept(trained.personal, own, weight=trained.weights[1])
    network = whole_network(trained, len(corpus.labels), settings)
    return Trained(read_model(network), scaler, 1.0, trained.history, doubt, frontend, trained, personal)


def _of_line(
    corpus: Corpus,
    rows: Rows,
    train: NDArray[np.int64],
    settings: ExperimentSettings,
    run: Path,
    others: Others,
    report: Report,
    each_epoch: EachEpoch | None = None,
) -> Trained:
    """Fit a line over statistics; a discriminant has another one beside it, for known voices."""
    own, copies = statistics_of(corpus, rows, train, settings)
    classes = len(corpus.labels)
    line, history = learn_line(own, copies, classes, settings, run=run)
    scaler, personal = Scaler(line.mean, line.scale), None
    if MODELS[settings.model].over_statistics == "discriminant":
        known = fit_discriminant(own.centred(), classes, settings.statistics, copies=copies and copies.centred())
        personal = _as_kept(known, own, weight=1.0)
    doubt = fit_doubt(scaler.apply(own.x), rows.lengths(train))
    return Trained(read_model(run / "best.h5"), scaler, 1.0, history, doubt, settings.frontend, personal=personal)


def _of_statistics(
    corpus: Corpus,
    rows: Rows,
    train: NDArray[np.int64],
    settings: ExperimentSettings,
    run: Path,
    others: Others,
    report: Report,
    each_epoch: EachEpoch | None = None,
) -> Trained:
    """Train a network over statistics for a fixed number of epochs."""
    own, copies = statistics_of(corpus, rows, train, settings)
    scaler, history, x = learn_network(
        own, copies, len(corpus.labels), settings, run=run, report=report, each_epoch=each_epoch
    )
    network = _checkpoint(run / "network.h5", x, settings)
    doubt = fit_doubt(scaler.apply(own.x), rows.lengths(train))
    return Trained(read_model(network), scaler, 1.0, history, doubt, settings.frontend)


def _as_kept(line: Discriminant, own: Statistics, *, weight: float) -> PersonalLine:
    """Return a line over centred statistics as a bundle keeps it; what is usual is learned from the training rows."""
    limit = fit_doubt(Scaler(line.mean, line.scale).apply(own.centred().x)).limit
    bias = line.bias - (line.mean / line.scale) @ line.weights  # its mean is 0 but for rounding
    share = np.float32(weight)
    return PersonalLine(np.float32(1) / line.scale, line.weights * share, (bias * share).astype(np.float32), limit)


def laid_out(scaler: Scaler, frontend: FrontEnd) -> Scaler:
    """Return a scaler with a number for each of a segment's: those of a sequence's columns repeat with every frame."""
    return Scaler(frontend.spread(scaler.mean), frontend.spread(scaler.scale))
