"""Rows and a split to a trained network with its scaler and calibration."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from undertone.compiler import Graph, read_model
from undertone.compiler import run as interpret
from undertone.compiler.passes.quantise_ranges import steps_of
from undertone.evaluation import Doubt, fit_doubt, fit_temperature, log_probabilities, softmax
from undertone.experiment.rows import Rows
from undertone.experiment.settings import ExperimentSettings
from undertone.experiment.steps import Report, silent
from undertone.features.feature_set import FEATURES
from undertone.models import MODELS
from undertone.training import Examples, History, Scaler, fit, fit_scaler, no_scaler
from undertone.training.logs import EachEpoch
from undertone.training.quantise_aware import fine_tune
from undertone.training.sequence import fit_sequences
from undertone.types import Corpus


@dataclass(frozen=True)
class Trained:
    """A network that can answer rows of features."""

    graph: Graph
    scaler: Scaler
    temperature: float
    history: History
    doubt: Doubt

    def logits(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return logarithms of probabilities, softened where features are strange, shape (rows, classes)."""
        scaled = self.scaler.apply(features)
        inputs = scaled.reshape(-1, *self.graph.tensors[self.graph.inputs[0]].shape[1:])
        rows = np.stack([interpret(self.graph, x).ravel() for x in inputs])
        return log_probabilities(rows) / self.doubt.softening(scaled)[:, None]

    def scores(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return calibrated class scores, shape (rows, classes)."""
        return softmax(self.logits(features) / self.temperature)


def label_numbers(corpus: Corpus) -> NDArray[np.int64]:
    """Return each utterance's class as its place in ``corpus.labels``."""
    place = {label: index for index, label in enumerate(corpus.labels)}
    return np.array([place[u.label] for u in corpus.utterances])


def train_network(
    corpus: Corpus,
    rows: Rows,
    train: NDArray[np.int64],
    validation: NDArray[np.int64],
    settings: ExperimentSettings,
    *,
    run: Path,
    report: Report = silent,
    each_epoch: EachEpoch | None = None,
) -> Trained:
    """Train on some rows and choose the epoch and the temperature on others.

    Parameters
    ----------
    train, validation : ndarray of int
        Indices into the rows. The scaler sees the training rows only. Without validation rows the last epoch is kept
        and the scores are left as they are. A model of sequences learns from both: nothing in it is chosen, and its
        scores are left as they are; with ``settings.calibrate`` the validation's temperature comes from a network that
        was trained without them, in ``run/calibration``.
    run : Path
        Receives best.h5, state.npz and history.json; a run that was killed goes on from there. With
        ``settings.quantise_aware`` also aware.h5, which is then the network.
    each_epoch : callable, optional
        Told the history after each epoch of the network that is kept.
    """
    numbers = label_numbers(corpus)[rows.clip]
    if MODELS[settings.model].sequence:
        heard = np.union1d(train, validation)
        if not (settings.calibrate and len(validation)):
            return _train_sequences(corpus, rows, heard, numbers, settings, run, report, each_epoch)
        first = _train_sequences(corpus, rows, train, numbers, settings, run / "calibration", report)
        temperature = _calibrated(first, rows.features[validation], numbers[validation]).temperature
        kept = _train_sequences(corpus, rows, heard, numbers, settings, run, report, each_epoch)
        return replace(kept, temperature=temperature)
    scaler = fit_scaler(rows.features[train])
    sides = [Examples(scaler.apply(rows.features[side]), numbers[side]) for side in (train, validation)]
    spec = MODELS[settings.model]
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
    doubt = fit_doubt(sides[0].x)
    trained = Trained(read_model(_checkpoint(run, sides[0].x, settings)), scaler, 1.0, history, doubt)
    return _calibrated(trained, rows.features[validation], numbers[validation]) if len(validation) else trained


def _checkpoint(run: Path, x: NDArray[np.float32], settings: ExperimentSettings) -> Path:
    """Return the file of the network: the best epoch's, or the same made ready for integers."""
    if not settings.quantise_aware:
        return run / "best.h5"
    if not (run / "aware.h5").is_file():
        fine_tune(run / "best.h5", x, out=run / "aware.h5", ranges=_ranges, seed=settings.seed)
    return run / "aware.h5"


def _ranges(values: NDArray[np.float32]) -> tuple[float, int]:
    """Choose a tensor's bytes as the compiler does."""
    steps = steps_of([values])
    return steps.step, steps.zero


def _calibrated(trained: Trained, features: NDArray[np.float32], labels: NDArray[np.int64]) -> Trained:
    return replace(trained, temperature=fit_temperature(trained.logits(features), labels))


def _train_sequences(
    corpus: Corpus,
    rows: Rows,
    train: NDArray[np.int64],
    numbers: NDArray[np.int64],
    settings: ExperimentSettings,
    run: Path,
    report: Report,
    each_epoch: EachEpoch | None = None,
) -> Trained:
    """Train on all of these rows: nothing chooses an epoch, and label smoothing calibrates."""
    spec, width = MODELS[settings.model], FEATURES[settings.frontend.feature_set].size
    x = rows.features[train].reshape(len(train), -1, width)
    history = fit_sequences(
        lambda frames: spec.build((frames, width), len(corpus.labels)),
        Examples(x, numbers[train]),
        settings.sequence,
        settings.spectral,
        run=run,
        progress=report,
        each_epoch=each_epoch,
    )
    doubt = fit_doubt(rows.features[train], columns=width)
    return Trained(read_model(_checkpoint(run, x, settings)), no_scaler(width), 1.0, history, doubt)
