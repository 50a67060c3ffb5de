"""Rows and a split to a trained network with its scaler and calibration."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from undertone.compiler import Graph, read_model
from undertone.compiler import run as interpret
from undertone.evaluation import apply_temperature, fit_temperature, log_probabilities
from undertone.experiment.rows import Rows
from undertone.experiment.settings import ExperimentSettings
from undertone.experiment.steps import Report, silent
from undertone.features.feature_set import FEATURES
from undertone.models import MODELS
from undertone.training import Examples, History, Scaler, fit, fit_scaler, no_scaler
from undertone.training.sequence import fit_sequences
from undertone.types import Corpus


@dataclass(frozen=True)
class Trained:
    """A network that can answer rows of features."""

    graph: Graph
    scaler: Scaler
    temperature: float
    history: History

    def probabilities(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return uncalibrated class probabilities, shape (rows, classes)."""
        inputs = self.scaler.apply(features).reshape(-1, *self.graph.tensors[self.graph.inputs[0]].shape[1:])
        return np.stack([interpret(self.graph, x).ravel() for x in inputs])

    def scores(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return calibrated class scores, shape (rows, classes)."""
        return apply_temperature(self.probabilities(features), self.temperature)


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
) -> Trained:
    """Train on some rows and choose the epoch and the temperature on others.

    Parameters
    ----------
    train, validation : ndarray of int
        Indices into the rows. The scaler sees the training rows only. Without validation rows the last epoch is kept
        and the scores are left as they are. A model of sequences learns from both: nothing in it is chosen.
    run : Path
        Receives best.h5, state.npz and history.json; a run that was killed goes on from there.
    """
    numbers = label_numbers(corpus)[rows.clip]
    if MODELS[settings.model].sequence:
        return _train_sequences(corpus, rows, np.union1d(train, validation), numbers, settings, run, report)
    scaler = fit_scaler(rows.features[train])
    sides = [Examples(scaler.apply(rows.features[side]), numbers[side]) for side in (train, validation)]
    spec = MODELS[settings.model]
    shape = (rows.features.shape[1], 1)
    history = fit(
        lambda: spec.build(shape, len(corpus.labels)), sides[0], sides[1], settings.train, run=run, progress=report
    )
    trained = Trained(read_model(run / "best.h5"), scaler, 1.0, history)
    if not len(validation):
        return trained
    logs = log_probabilities(trained.probabilities(rows.features[validation]))
    return Trained(trained.graph, scaler, fit_temperature(logs, numbers[validation]), history)


def _train_sequences(
    corpus: Corpus,
    rows: Rows,
    train: NDArray[np.int64],
    numbers: NDArray[np.int64],
    settings: ExperimentSettings,
    run: Path,
    report: Report,
) -> Trained:
    """Train on all rows that are not the test's: nothing chooses an epoch, and label smoothing calibrates."""
    spec, width = MODELS[settings.model], FEATURES[settings.frontend.feature_set].size
    x = rows.features[train].reshape(len(train), -1, width)
    history = fit_sequences(
        lambda frames: spec.build((frames, width), len(corpus.labels)),
        Examples(x, numbers[train]),
        settings.sequence,
        settings.spectral,
        run=run,
        progress=report,
    )
    return Trained(read_model(run / "best.h5"), no_scaler(width), 1.0, history)
